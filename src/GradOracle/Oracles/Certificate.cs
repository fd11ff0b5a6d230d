using System.Collections.Concurrent;
using GradOracle.Cases;
using GradOracle.Networks;

namespace GradOracle.Oracles;

/// <summary>What is known of every case of one shape before any is drawn: error counts, degree, and the exact magnitude.</summary>
/// <remarks>
/// Read off one evaluation of the majorant with every entry equal to k. Counted in units of the lattice, entries only grow along
/// the chain, so its outputs and gradients bound every partial sum on the way to them; while they stay below 2⁵³ (float64) or
/// 2²⁴ (float32) units, every sum of terms of the expansion is exact, in any order, on any machine. A derivation that takes a
/// detour through larger numbers, adding and subtracting what is in no term, may leave the lattice.
/// </remarks>
public sealed class Certificate
{
    /// <summary>No magnitude above this is used: larger integers prove little more and read badly.</summary>
    public const int LargestMagnitude = 1 << 20;

    private const int MostKept = 1024;
    private const int HighestDegree = 12;

    private static readonly ConcurrentDictionary<(Network Network, Loss Loss, Shape Shape, ElementType Type), Certificate> s_known = new();

    private readonly Dictionary<string, (StepCount Count, double AtOne)> _tensors = [];
    private int _growth; // the highest degree of the output and the gradients

    private Certificate(Network network, Loss loss, Shape shape, ElementType type)
    {
        var atOne = Autograd.Majorant(Constant(network, loss, shape, 1), (tape, output, entries) =>
        {
            tape.CountBackward(entries);
            Degree = tape.IsPolynomial ? entries.Degree - 1 : null;
            Kink = tape.Steps.Select(s => s.Function?.Kink).FirstOrDefault(k => k is not null);
            _growth = Math.Max(output.Degree, entries.Degree - 1);
            _tensors[OutputName] = (output.Forward, 0);
            foreach (var spec in network.Tensors(shape))
            {
                _tensors[spec.Name] = (tape.UsedLeaf(spec.Name)?.Adjoint ?? default, 0);
            }
        });
        foreach (var (name, value) in Largest(Autograd.Raised(Constant(network, loss, shape, 1))))
        {
            _tensors[name] = (_tensors[name].Count, value);
        }

        Magnitude = FindMagnitude(network, loss, shape, type.LatticeLimit, Largest(atOne));
    }

    /// <summary>k: exact entries are drawn from −k..k; 0 where no exact case of this shape stays on the lattice.</summary>
    public int Magnitude { get; }

    /// <summary>d: the degree of the gradients as polynomials in all entries; null where they are polynomials in pieces only.</summary>
    public int? Degree { get; private set; }

    /// <summary>
    /// Whether rounding is bounded by a running error analysis of the case itself: where there is no degree, and where it is so high that the majorant,
    /// which grows with it, would say nothing.
    /// </summary>
    internal bool NeedsRunningError => Degree is null or > HighestDegree;

    /// <summary>What on the way has no complex derivative: "an absolute value"; null where everything is analytic.</summary>
    public string? Kink { get; private set; }

    /// <summary>The name of the output among the tensors.</summary>
    internal const string OutputName = "Ŷ";

    /// <summary>The certificate of a shape; found once and kept, within limits.</summary>
    public static Certificate Of(Network network, Loss loss, Shape shape, ElementType type)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        if (s_known.Count >= MostKept)
        {
            s_known.Clear(); // what is needed again is found again: memory stays flat over any number of shapes
        }

        return s_known.GetOrAdd((network, loss, shape, type), _ => new(network, loss, shape, type));
    }

    /// <summary>Whether a network with a loss has exact cases at any shape: at the smallest, if at any.</summary>
    public static bool MayBeExact(Network network, Loss loss)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Of(network, loss, new Shape(network.Dimensions.Select(d => (d, 1))), ElementType.Float64).Magnitude > 0;
    }

    /// <summary>K: how many roundings any term of the gradient of a parameter or input (or of the output, <c>Ŷ</c>) passes at most.</summary>
    public int Roundings(string tensor) => _tensors[tensor].Count.Roundings;

    /// <summary>The largest entry of the majorant's gradient (or output) where every entry of the case is 1 and no constant factor is below it.</summary>
    public double AtOne(string tensor) => _tensors[tensor].AtOne;

    private int FindMagnitude(Network network, Loss loss, Shape shape, double limit, Dictionary<string, double> atOne)
    {
        if (_tensors.Values.Any(t => t.Count.Halvings < 0) || !Fits(atOne, limit))
        {
            return 0;
        }

        // The majorant at k is at most k^d times that at 1: a start that fits, or nearly so where the root is rounded.
        var largest = atOne.Max(t => Units(t.Key, t.Value));
        var k = (int)Math.Clamp(Math.Pow(limit / largest, 1.0 / _growth), 1, LargestMagnitude);
        while (!Fits(Largest(network, loss, shape, k), limit))
        {
            k--;
        }

        var step = 1;
        while (k + step <= LargestMagnitude && Fits(Largest(network, loss, shape, k + step), limit))
        {
            k += step;
            step *= 2;
        }

        for (; step > 0; step /= 2)
        {
            if (k + step <= LargestMagnitude && Fits(Largest(network, loss, shape, k + step), limit))
            {
                k += step;
            }
        }

        return k;
    }

    private bool Fits(Dictionary<string, double> largest, double limit) => largest.All(t => Units(t.Key, t.Value) < limit);

    private double Units(string tensor, double value) => Math.ScaleB(value, _tensors[tensor].Count.Halvings);

    private static Dictionary<string, double> Largest(Network network, Loss loss, Shape shape, int k) =>
        Largest(Autograd.Majorant(Constant(network, loss, shape, k)));

    private static Dictionary<string, double> Largest(GradientBatch majorant) =>
        majorant.Gradients.Append(majorant.Output).ToDictionary(t => t.Name, t => t.Values.Max());

    private static CaseBatch Constant(Network network, Loss loss, Shape shape, int k)
    {
        var tensors = CaseBatch.SpecsOf(network, loss, shape).Select(spec =>
        {
            var stack = new TensorStack(spec.Name, 1, spec.Rows, spec.Columns);
            stack.Values.AsSpan().Fill(k);
            return stack;
        });
        return new CaseBatch(network, loss, shape, CaseKind.Exact, ElementType.Float64, [.. tensors], 0);
    }
}
