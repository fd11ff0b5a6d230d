namespace GradOracle.Diagnoses;

/// <summary>The steps of a recurrence, or the layers and heads, that a network states one after the other: found by
/// what is done over and over, whatever anything is called.</summary>
internal sealed class RepeatedSteps
{
    private const int LeastLength = 3; // products beside each other are no steps
    private const int LongestSought = 1000;

    private readonly Dictionary<Node, (int Line, int Step)> _places = [];

    /// <param name="network">The nodes in the order of their statement.</param>
    public RepeatedSteps(IReadOnlyList<Node> network)
    {
        List<Node> nodes = [.. network.Where(n => n.Operands.Count > 0).Take(LongestSought)];
        string[] lines = [.. nodes.Select(Line)];
        var (first, length, covered) = (0, 0, 0);
        for (var period = LeastLength; period <= lines.Length / 2; period++)
        {
            for (var start = 0; start + period < lines.Length; start++)
            {
                var run = 0;
                while (start + run + period < lines.Length && lines[start + run] == lines[start + run + period])
                {
                    run++;
                }

                if (run >= period && run + period > covered)
                {
                    (first, length, covered) = (start, period, run + period);
                }

                start += run;
            }
        }

        for (var i = first; i < first + covered; i++)
        {
            _places.Add(nodes[i], ((i - first) % length, (i - first) / length));
        }
    }

    /// <summary>Whether a step goes on from what the one before it left, with the same parameters: else they are
    /// layers, or stand beside each other.</summary>
    public bool IsRecurrence => _places.Any(p => IsCarried(p.Key)) && _places
        .SelectMany(p => p.Key.Operands.Where(o => o.Operands.Count == 0).Select(o => (o, p.Value.Step)))
        .GroupBy(u => u.o).Any(u => u.Select(v => v.Step).Distinct().Count() > 1);

    /// <summary>Which line of a step a node is, and in which step; null where it is in none.</summary>
    public (int Line, int Step)? Of(Node node) => _places.TryGetValue(node, out var place) ? place : null;

    private bool IsCarried(Node node) =>
        node.Operands.Any(o => _places.TryGetValue(o, out var from) && from.Step == _places[node].Step - 1);

    // The operation, the sizes, and what it reads that is called alike at every step.
    private static string Line(Node node) => string.Join(
        ' ',
        node.Operands.Select(o => IsOfOneStep(o) ? "·" : o.Name).Prepend(
            $"{node.Operation.GetType().Name}{node.Sizes}{Kind(node)}"));

    // A state that is given at first stands where the others are computed: h0.
    private static bool IsOfOneStep(Node node) =>
        node.Operands.Count > 0 || node.Name is null || char.IsDigit(node.Name[^1]);

    private static string Kind(Node node) => node.Name?.TrimEnd([.. "0123456789"]) ?? "";
}
