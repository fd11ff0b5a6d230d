namespace GradOracle.Gallery;

/// <summary>A derivation that the default check is tried on, wrong or right, and what it does.</summary>
/// <param name="Name">Its name: no two of one network have the same.</param>
/// <param name="Derivation">The derivation.</param>
/// <param name="Line">The wrong line, or the way in which a right one is written.</param>
internal sealed record Trial(string Name, Derivation Derivation, string Line)
{
    /// <summary>Whether it is wrong.</summary>
    public bool IsWrong { get; private init; }

    /// <summary>What a diagnosis that names the mistake says: one of these, where … stands for anything.</summary>
    public IReadOnlyList<string> Says { get; private init; } = [];

    /// <summary>What a diagnosis that gives the place alone speaks of: one of these.</summary>
    public IReadOnlyList<string> Places { get; private init; } = [];

    /// <summary>A wrong derivation.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="derivation">The derivation.</param>
    /// <param name="line">The wrong line.</param>
    /// <param name="says">What a right diagnosis says, or the ways in which it may, with | between them.</param>
    /// <param name="places">Where the mistake is, likewise.</param>
    public static Trial Wrong(string name, Derivation derivation, string line, string says, string places = "") =>
        new(name, derivation, line)
        {
            IsWrong = true,
            Says = says.Split('|', StringSplitOptions.RemoveEmptyEntries),
            Places = places.Split('|', StringSplitOptions.RemoveEmptyEntries),
        };

    /// <summary>A registered mistake.</summary>
    public static Trial Of(Mistake mistake) => Wrong(mistake.Name, mistake, mistake.WrongLine, mistake.Diagnosis);

    /// <summary>A right derivation.</summary>
    public static Trial Right(string name, Derivation derivation, string way) => new(name, derivation, way);

    /// <summary>Whether a sentence names the mistake.</summary>
    public bool IsNamedBy(string sentence) => Says.Any(words => Has(sentence, words));

    /// <summary>Whether a sentence gives the mistake's place.</summary>
    public bool IsPlacedBy(string sentence) => Places.Concat(Says).Any(words => Has(sentence, words));

    private static bool Has(string sentence, string words)
    {
        var at = 0;
        foreach (var part in words.Split('…'))
        {
            var found = sentence.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + part.Length;
        }

        return true;
    }
}
