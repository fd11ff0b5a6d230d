using GradOracle.Gallery;

namespace GradOracle.Cli;

/// <summary>A network explained: what it is, its derivation as one would want to read it, the mistakes that people make
/// in it, and what checks it.</summary>
internal static class Explanation
{
    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, Network network)
    {
        output.WriteLine(network.Name);
        WriteBody(output, network);
    }

    /// <summary>Writes it without its name.</summary>
    public static void WriteBody(TextWriter output, Network network)
    {
        Sections.WriteParagraph(output, network.Summary);
        output.WriteLine();
        var derivation = Catalog.DefaultDerivation(network);
        if (Cookbook.Of(network) is { Lines.Count: > 0 } recipe)
        {
            WriteTensors(output, network);
            output.WriteLine();
            output.WriteLine(derivation.Name == network.Name ? "Derivation" : $"Derivation: {derivation.Name}");
            foreach (var line in recipe.Lines)
            {
                output.WriteLine($"  {line}".TrimEnd());
            }
        }
        else
        {
            NetworkText.Write(output, network);
            output.WriteLine();
            Sections.Write(output, "Derivation", [(derivation.Name, derivation.Summary)]);
        }

        var mistakes = Catalog.Mistakes.Where(m => m.Derivation.Network.Name == network.Name).ToList();
        var others = Catalog.Derivations.All
            .Where(
                d =>
                    d.Network.Name == network.Name && d != derivation && mistakes.All(m => m.Derivation != d)).ToList();
        WriteSection(output, "Other derivations", others.Select(d => (d.Name, d.Summary)));
        WriteSection(
            output,
            "Classic mistakes, each a derivation of its own that the check catches",
            mistakes.Select(m => (m.Name, m.Line)));
        List<(string, string)> checks = [($"gradoracle check --network {network.Name}", "")];
        checks.AddRange(others.Take(1).Select(d => ($"gradoracle check --derivation {d.Name}", "")));
        checks.AddRange(
            mistakes.Take(1).Select(
                m => ($"gradoracle check --derivation {m.Derivation.Name}", "finds the mistake, and the place")));
        output.WriteLine();
        output.WriteLine("Check");
        foreach (var (command, what) in checks)
        {
            output.WriteLine(what.Length == 0 ? $"  {command}" : $"  {command}   # {what}");
        }
    }

    private static void WriteTensors(TextWriter output, Network network)
    {
        if (SymbolicSizes.Of(network) is { } tensors)
        {
            Sections.Write(
                output, "Tensors", tensors.Select(t => (t.Name, $"{t.Sizes}  {t.Role.ToString().ToLowerInvariant()}")));
            return;
        }

        var shape = network.SmallestShape();
        Sections.Write(
            output,
            $"Tensors at {shape}",
            network.Tensors(shape).Select(t => (t.Name, $"{t.Sizes}  {t.Role.ToString().ToLowerInvariant()}")));
    }

    private static void WriteSection(
        TextWriter output, string title, IEnumerable<(string Name, string Summary)> entries)
    {
        var all = entries.ToList();
        if (all.Count > 0)
        {
            output.WriteLine();
            Sections.Write(output, title, all);
        }
    }
}
