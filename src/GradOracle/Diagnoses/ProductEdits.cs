using GradOracle.Oracles;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes in one product of a backward pass: another factor, an untransposed one, the wrong order, some of the examples.</summary>
internal static class ProductEdits
{
    public static IEnumerable<Edit> Of(BackwardPass pass) =>
        pass.Edges.Where(e => pass.Steps[e.Step].Operation is Operation.Product).SelectMany<Edge, Edit>(e =>
        [
            .. OtherFactor(pass, e), .. OtherAdjoint(pass, e), .. Arrangement(pass, e), .. OtherSide(pass, e), .. Examples(pass, e),
        ])
        .Concat(Exchanges(pass));

    /// <summary>One value in place of another: Wx for Wh, H1 for H2, X1 for X2.</summary>
    private static IEnumerable<Edit> OtherFactor(BackwardPass pass, Edge edge)
    {
        var belongs = pass.NameOf(pass.Other(edge));
        return from other in Values(pass)
               where pass.NameOf(other) != belongs
               select new Edit(20, $"{pass.NameOf(other)} stands in place of {belongs} in {pass.PlaceOf(edge)}", false, At(edge, (p, D) => Send(p, edge, D, p.Steps[other].Value)));
    }

    /// <summary>The adjoint of one value in place of that of another: ∂L/∂H2 for ∂L/∂H1.</summary>
    private static IEnumerable<Edit> OtherAdjoint(BackwardPass pass, Edge edge)
    {
        var belongs = pass.AdjointOf(edge.Step);
        return from other in Enumerable.Range(0, pass.Steps.Count)
               where !pass.Steps[other].IsLeaf && pass.AdjointOf(other) != belongs && pass.Adjoints[other] is not null
               group other by pass.AdjointOf(other) into same
               let other = same.First()
               select new Edit(21, $"{same.Key} stands in place of {belongs} in {pass.PlaceOf(edge)}", false, At(edge, (p, _) => Send(p, edge, p.Adjoints[other]!, p.Steps[p.Other(edge)].Value)));
    }

    /// <summary>The right factors, one of them not transposed, or in the wrong order.</summary>
    private static IEnumerable<Edit> Arrangement(BackwardPass pass, Edge edge)
    {
        var (factor, place) = (pass.NameOf(pass.Other(edge)), pass.PlaceOf(edge));
        Matrix<double> Value(BackwardPass p) => p.Steps[p.Other(edge)].Value;
        var first = edge.Operand == 0;
        yield return new(22, $"{factor} is not transposed in {place}", false, At(edge, (p, D) => first ? BackwardPass.Product(D, Value(p)) : BackwardPass.Product(Value(p), D)));
        yield return new(23, $"{factor}ᵀ and {pass.AdjointOf(edge.Step)} are multiplied in the wrong order in {place}", false, At(edge, (p, D) =>
            first ? BackwardPass.Product(Value(p).Transpose(), D) : BackwardPass.Product(D, Value(p).Transpose())));
    }

    /// <summary><c>D (A R)ᵀ</c> where <c>(Aᵀ D) Rᵀ</c> belongs: a weight multiplies the wrong factor.</summary>
    private static IEnumerable<Edit> OtherSide(BackwardPass pass, Edge edge)
    {
        if (edge.Operand != 0)
        {
            yield break;
        }

        foreach (var next in pass.Consumers(edge.Step).Where(c => pass.Steps[c].Operation == Operation.Product && pass.Steps[c].Operands[1] == edge.Step))
        {
            var weight = pass.Steps[next].Operands[0];
            var (A, R, D) = (pass.NameOf(weight), pass.NameOf(pass.Other(edge)), pass.AdjointOf(next));
            yield return new(24, $"{A} multiplies {R} in place of {D} in {pass.PlaceOf(edge)}: {D} ({A} {R})ᵀ for ({A}ᵀ {D}) {R}ᵀ", false, At(edge, (p, _) =>
                BackwardPass.Product(p.Adjoints[next], BackwardPass.Product(p.Steps[weight].Value, p.Steps[p.Other(edge)].Value)?.Transpose())));
        }
    }

    /// <summary>Sums over some of the examples, or over examples that do not belong together.</summary>
    private static IEnumerable<Edit> Examples(BackwardPass pass, Edge edge)
    {
        if (edge.Operand != 0)
        {
            yield break;
        }

        var (place, factor) = (pass.PlaceOf(edge), pass.NameOf(pass.Other(edge)));
        Edit Of(string sentence, Func<Matrix<double>, Matrix<double>> choose) =>
            new(25, sentence, false, At(edge, (p, D) => Send(p, edge, D, choose(p.Steps[p.Other(edge)].Value))));
        yield return Of($"only the first example counts in {place}", R => Keep(R, j => j == 0));
        yield return Of($"only the last example counts in {place}", R => Keep(R, j => j == R.ColumnCount - 1));
        yield return Of($"the first example is left out of {place}", R => Keep(R, j => j > 0));
        yield return Of($"the last example is left out of {place}", R => Keep(R, j => j < R.ColumnCount - 1));
        yield return Of($"the examples of {factor} are in reverse order in {place}", R => Permute(R, j => R.ColumnCount - 1 - j));
        yield return Of($"the examples of {factor} are shifted by one in {place}", R => Permute(R, j => (j + 1) % R.ColumnCount));
        yield return Of($"the examples of {factor} are shifted by one in {place}", R => Permute(R, j => (j + R.ColumnCount - 1) % R.ColumnCount));
    }

    /// <summary>Two uses of one parameter, each with the other's factor.</summary>
    private static IEnumerable<Edit> Exchanges(BackwardPass pass)
    {
        var uses = pass.Edges.Where(e => pass.Steps[e.Step].Operation == Operation.Product && pass.Steps[pass.Receiver(e)].IsLeaf)
            .GroupBy(e => (pass.Steps[pass.Receiver(e)].Name, e.Operand)).Where(g => g.Count() > 1);
        foreach (var tensor in uses)
        {
            var edges = tensor.ToList();
            for (var i = 0; i < edges.Count; i++)
            {
                for (var j = i + 1; j < edges.Count; j++)
                {
                    var (a, b) = (edges[i], edges[j]);
                    yield return new(
                        26,
                        $"{pass.NameOf(pass.Other(a))} and {pass.NameOf(pass.Other(b))} are exchanged in the gradient of {tensor.Key.Name}",
                        false,
                        p => p.Run((e, D) => e == a ? Message.Of(Send(p, a, D, p.Steps[p.Other(b)].Value)) : e == b ? Message.Of(Send(p, b, D, p.Steps[p.Other(a)].Value)) : Message.AsItShouldBe));
                }
            }
        }
    }

    private static Func<BackwardPass, IReadOnlyDictionary<string, Matrix<double>>?> At(Edge edge, Func<BackwardPass, Matrix<double>, Matrix<double>?> message) =>
        p => p.Run((e, D) => e == edge ? Message.Of(message(p, D)) : Message.AsItShouldBe);

    private static Matrix<double>? Send(BackwardPass pass, Edge edge, Matrix<double> adjoint, Matrix<double> factor) =>
        pass.Right(edge, adjoint, factor);

    /// <summary>Values that a person could write in a product: each name once.</summary>
    private static IEnumerable<int> Values(BackwardPass pass) =>
        Enumerable.Range(0, pass.Steps.Count).GroupBy(pass.NameOf).Select(g => g.First());

    private static Matrix<double> Keep(Matrix<double> matrix, Func<int, bool> kept) =>
        Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount, (i, j) => kept(j) ? matrix[i, j] : 0);

    private static Matrix<double> Permute(Matrix<double> matrix, Func<int, int> from) =>
        Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount, (i, j) => matrix[i, from(j)]);
}
