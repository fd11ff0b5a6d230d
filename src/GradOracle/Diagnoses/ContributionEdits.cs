using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>Contributions with factors that do not belong there, found by least squares: missing (0), doubled (2), with the wrong sign (−1), a mean for a sum.</summary>
internal static class ContributionEdits
{
    private const int ReadingsKept = 4;

    /// <summary>The factors on the contributions of a tensor's uses that come nearest to what was received, in all readings.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass, string tensor, Matrix<double> received)
    {
        var uses = Uses(pass, tensor);
        if (uses.Count == 0 || !BackwardPass.SameSize(received, pass.Gradients[tensor]))
        {
            yield break;
        }

        var columns = Matrix<double>.Build.DenseOfColumnArrays(uses.Select(u => u.Message.ToColumnMajorArray()));
        if (columns.RowCount < columns.ColumnCount)
        {
            yield break;
        }

        var scale = columns.ColumnNorms(double.PositiveInfinity).Max();
        var scaled = scale > 0 ? columns / scale : columns;
        if (scaled.Rank() < columns.ColumnCount)
        {
            yield break; // another case must tell them apart
        }

        var fitted = scaled.QR().Solve(Vector<double>.Build.Dense(received.ToColumnMajorArray()) / scale);
        var readings = uses.Select((_, i) => Coefficient.Readings(fitted[i], pass.Case.Shape).Take(ReadingsKept).Cast<Coefficient?>().DefaultIfEmpty(null).ToList()).ToList();
        foreach (var combination in Combinations(readings))
        {
            if (combination.Any(c => c is not null))
            {
                yield return new(10, Sentence(pass, tensor, uses, combination), combination.Any(c => c is { Rounds: true }), p => p.Run((e, D) =>
                    uses.FindIndex(u => u.Edge == e) is var i and >= 0 && combination[i] is { } c
                        ? Message.Of(p.Right(e, D) is { } message ? message * c.At(p.Case.Shape) : null)
                        : Message.AsItShouldBe));
            }
        }
    }

    private static List<(Edge Edge, Matrix<double> Message)> Uses(BackwardPass pass, string tensor)
    {
        var uses = new List<(Edge, Matrix<double>)>();
        foreach (var edge in pass.Edges.Where(e => pass.Steps[pass.Receiver(e)] is { IsLeaf: true } leaf && leaf.Name == tensor))
        {
            if (pass.Adjoints[edge.Step] is { } adjoint && pass.Right(edge, adjoint) is { } message)
            {
                uses.Add((edge, message));
            }
        }

        return uses;
    }

    private static string Sentence(BackwardPass pass, string tensor, List<(Edge Edge, Matrix<double> Message)> uses, IReadOnlyList<Coefficient?> factors) =>
        factors.Select(c => c?.Words).Distinct().Count() == 1
            ? $"{pass.GradientOf(tensor)} {factors[0]!.Words}"
            : string.Join(", and ", uses.Zip(factors).Where(u => u.Second is not null).Select(u => $"{pass.PlaceOf(u.First.Edge)} {u.Second!.Words}"));

    private static IEnumerable<IReadOnlyList<Coefficient?>> Combinations(IReadOnlyList<IReadOnlyList<Coefficient?>> choices) =>
        choices.Aggregate<IReadOnlyList<Coefficient?>, IEnumerable<IReadOnlyList<Coefficient?>>>([[]], (some, next) => from s in some from n in next select (IReadOnlyList<Coefficient?>)[.. s, n]);
}
