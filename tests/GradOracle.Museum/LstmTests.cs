using GradOracle.NUnit;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Museum;

/// <summary>
/// KelpNet's LSTM, github.com/harujoh/KelpNet at 44866d606b18b07de2e3e731bbd5670e665a872e,
/// KelpNet.Function/Functions/Connections/LSTM.cs: the adjoint of the cell begins at zero in every step, where it
/// should begin with what the next step left. Its own test then allows a difference of 1.0.
/// </summary>
public sealed class LstmTests
{
    private static readonly string[] s_gates = ["a", "i", "f", "o"];

    [Test]
    public void With_one_step_there_is_no_cell_to_carry_and_it_is_right() =>
        GradientAssert.Agrees(Lstm(1), (x, g) => Differentiate(x, g, 1, carriesCell: false), Exhibit.Few);

    [Test]
    public void With_two_steps_the_weights_of_inputs_are_wrong_and_those_of_states_right()
    {
        var report = Exhibit.Report(Lstm(2), (x, g) => Differentiate(x, g, 2, carriesCell: false));

        Assert.That(report, Does.Match(@"Wa \d.*entries differ"));
        Assert.That(report, Does.Match(@"Ua \d+×\d+ agrees").And.Match(@"Uf \d+×\d+ agrees"));
        Assert.That(report, Does.Contain("diagnosis: ∂L/∂C2 ∘ F2 is missing in ∂L/∂C1"), report);
    }

    [Test]
    public void With_three_steps_both_are_wrong()
    {
        var report = Exhibit.Report(Lstm(3), (x, g) => Differentiate(x, g, 3, carriesCell: false));

        Assert.That(report, Does.Match(@"Wa \d.*entries differ").And.Match(@"Ua \d.*entries differ"));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void With_the_cell_carried_it_is_right(int steps) =>
        GradientAssert.Agrees(Lstm(steps), (x, g) => Differentiate(x, g, steps, carriesCell: true), Exhibit.Few);

    // The state before the first step is zero: nothing of it is used there, its weights and the forget gate included.
    private static Network Lstm(int steps) => Network.Define($"lstm-{steps}", ["n", "h", "B"], x =>
    {
        Node? h = null, c = null;
        for (var t = 1; t <= steps; t++)
        {
            var (X, at) = (x.Input($"X{t}", "n", "B"), $"at t={t}");
            var (a, i) = (Gate("a").Tanh().Named("A", t), Gate("i").Sigmoid().Named("I", t));
            var o = Gate("o").Sigmoid().Named("O", t);
            var kept = c is null ? null : Gate("f").Sigmoid().Named("F", t).Hadamard(c);
            c = (kept is null ? a.Hadamard(i) : a.Hadamard(i) + kept).Named("C", t);
            h = o.Hadamard(c.Tanh()).Named("H", t);

            Node Gate(string name)
            {
                x.Parameter($"W{name}", "h", "n");
                x.Parameter($"b{name}", "h", "1");
                var input = x[$"W{name}", at] * X + x[$"b{name}", at];
                if (h is null)
                {
                    return input;
                }

                x.Parameter($"U{name}", "h", "h");
                return input + x[$"U{name}", at] * h;
            }
        }

        return h!;
    });

    private static void Differentiate(ArrayCase x, ArrayGradients g, int steps, bool carriesCell)
    {
        var (n, h, B) = (x.Shape["n"], x.Shape["h"], x.Shape["B"]);
        var (H, C) = (new Matrix<double>[steps + 1], new Matrix<double>[steps + 1]);
        var gates = new Dictionary<string, Matrix<double>>[steps + 1];
        (H[0], C[0]) = (Zero(h, B), Zero(h, B));
        for (var t = 1; t <= steps; t++)
        {
            var at = gates[t] = [];
            foreach (var name in Gates(t))
            {
                Matrix<double> W = x[$"W{name}"], b = x[$"b{name}"], X = x[$"X{t}"];
                var sum = (W * X).PlusColumn(b);
                if (t > 1)
                {
                    Matrix<double> U = x[$"U{name}"];
                    sum += U * H[t - 1];
                }

                at[name] = name == "a" ? sum.PointwiseTanh() : sum.Sigmoid();
            }

            C[t] = at["a"].PointwiseMultiply(at["i"]) + (t > 1 ? at["f"].PointwiseMultiply(C[t - 1]) : 0 * C[0]);
            H[t] = at["o"].PointwiseMultiply(C[t].PointwiseTanh());
        }

        Matrix<double> dH = x.OutputGradient(H[steps]);
        var (dC, sums) = (Zero(h, B), new Dictionary<string, Matrix<double>>());
        for (var t = steps; t >= 1; t--)
        {
            var (at, tanh) = (gates[t], C[t].PointwiseTanh());
            var dCell = dH.PointwiseMultiply(at["o"]).PointwiseMultiply(tanh.TanhSlope());
            dCell += carriesCell ? dC : 0 * dC;
            var deltas = new Dictionary<string, Matrix<double>>
            {
                ["a"] = dCell.PointwiseMultiply(at["i"]).PointwiseMultiply(at["a"].TanhSlope()),
                ["i"] = dCell.PointwiseMultiply(at["a"]).PointwiseMultiply(at["i"].SigmoidSlope()),
                ["o"] = dH.PointwiseMultiply(tanh).PointwiseMultiply(at["o"].SigmoidSlope()),
            };
            if (t > 1)
            {
                deltas["f"] = dCell.PointwiseMultiply(C[t - 1]).PointwiseMultiply(at["f"].SigmoidSlope());
                dC = dCell.PointwiseMultiply(at["f"]);
            }

            var dX = Zero(n, B);
            dH = Zero(h, B);
            foreach (var (name, delta) in deltas)
            {
                Matrix<double> W = x[$"W{name}"], X = x[$"X{t}"];
                Add($"W{name}", delta.TransposeAndMultiply(X));
                Add($"b{name}", delta.SumOfColumns());
                dX += W.TransposeThisAndMultiply(delta);
                if (t > 1)
                {
                    Matrix<double> U = x[$"U{name}"];
                    Add($"U{name}", delta.TransposeAndMultiply(H[t - 1]));
                    dH += U.TransposeThisAndMultiply(delta);
                }
            }

            g[$"X{t}"] = dX;
        }

        foreach (var (name, sum) in sums)
        {
            g[name] = sum;
        }

        void Add(string name, Matrix<double> term) =>
            sums[name] = sums.TryGetValue(name, out var sum) ? sum + term : term;
    }

    private static IEnumerable<string> Gates(int step) => s_gates.Where(g => step > 1 || g != "f");

    private static Matrix<double> Zero(int rows, int columns) => Matrix<double>.Build.Dense(rows, columns);
}
