using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using GradOracle.NUnit;
using GradOracle.Testing;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;
using TorchSharp;

namespace GradOracle.Tests.AsItIs;

/// <summary>Every form in which a gradient may be given, right and wrong; and what cannot be one.</summary>
public sealed class FormTests
{
    private static readonly CheckOptions s_few = new() { Cases = 8, MaxSize = 4, Losses = [Samples.SquaredError] };

    private static readonly Dictionary<string, Func<Matrix<double>, AnyTensor>> s_forms = new()
    {
        ["double[,]"] = m => m.ToArray(),
        ["double[][]"] = m => m.ToRowArrays(),
        ["double[]"] = m => m.ToRowMajorArray(),
        ["Span<double>"] = m => m.ToRowMajorArray().AsSpan(),
        ["ReadOnlySpan<double>"] = m => (ReadOnlySpan<double>)m.ToRowMajorArray(),
        ["Matrix<double>"] = m => m,
        ["Tensor<double>"] = m => Tensor.Create(m.ToRowMajorArray(), [m.RowCount, m.ColumnCount]),
        ["torch.Tensor"] = m => torch.tensor(m.ToArray()),
        ["a view of torch"] = m => torch.tensor(m.Transpose().ToArray()).t(),
        ["float[,]"] = m => Singles(m).ToArray(),
        ["float[][]"] = m => Singles(m).ToRowArrays(),
        ["float[]"] = m => Singles(m).ToRowMajorArray(),
        ["Span<float>"] = m => Singles(m).ToRowMajorArray().AsSpan(),
        ["Matrix<float>"] = m => Singles(m),
        ["Tensor<float>"] = m => Tensor.Create(Singles(m).ToRowMajorArray(), [m.RowCount, m.ColumnCount]),
        ["torch.Tensor of floats"] = m => torch.tensor(Singles(m).ToArray()),
    };

    private static IEnumerable<string> Forms => s_forms.Keys;

    [TestCaseSource(nameof(Forms))]
    public void A_gradient_may_have_any_form_and_a_wrong_one_is_caught_in_it(string form)
    {
        var right = GradientCheck.Run(AsItIsNetworks.Linear, (x, g) => Give(x, g, s_forms[form], 0), s_few);
        var wrong = GradientCheck.Run(AsItIsNetworks.Linear, (x, g) => Give(x, g, s_forms[form], 1), s_few);

        Assert.That(right.Verdict, Is.EqualTo(Verdict.Agrees), right.ToString());
        Assert.That(
            right.ToString(),
            Does.Contain(form.Contains("float", StringComparison.Ordinal) ? "in float32" : "in float64"));
        Assert.That(wrong.Verdict, Is.EqualTo(Verdict.Disagrees), wrong.ToString());
    }

    [Test]
    public void A_gradient_of_another_size_is_told_with_both()
    {
        Assert.That(
            Replay(m => m.Transpose()),
            Does.Contain("W 2×3     not comparable: the derivation's gradient is 3×2, the tensor is 2×3"));
        Assert.That(Replay(m => new double[5]), Does.Contain("the derivation's gradient has 5 entries, the tensor is 2×3"));
        Assert.That(
            Replay(m => torch.tensor(m.ToArray()).unsqueeze(-1)),
            Does.Contain("W 2×3 agrees"),
            "an axis of size 1 more");
    }

    [Test]
    public void What_cannot_be_read_is_told_with_the_reason()
    {
        Assert.That(
            Replay(m => torch.zeros(2, 3, dtype: torch.ScalarType.Int64)),
            Does.Contain(
                "the derivation's gradient cannot be read: its elements are Int64, neither Float32 nor Float64"));
        Assert.That(
            Replay(m => new double[][] { [1, 2, 3], [1] }),
            Does.Contain("cannot be read: its rows have different lengths"));
        Assert.That(Replay(m => (double[,])null!), Does.Contain("not comparable: the derivation gives no gradient"));
        Assert.That(
            Replay(m =>
            {
                var tensor = torch.zeros(2, 3, dtype: torch.ScalarType.Float64);
                tensor.Dispose();
                return tensor;
            }),
            Does.Contain("cannot be read: the tensor has been disposed"));
    }

    [Test]
    public void A_gradient_whose_scope_ends_with_the_code_is_read_before() => Assert.That(
        GradientCheck.Run(AsItIsNetworks.Linear, (x, g) =>
        {
            using var scope = torch.NewDisposeScope();
            torch.Tensor W = x["W"], X = x["X"];
            torch.Tensor G = x.OutputGradient(W.mm(X));
            (g["W"], g["X"]) = (G.mm(X.t()), W.t().mm(G));
        }, s_few).Verdict,
        Is.EqualTo(Verdict.Agrees));

    [Test]
    public void Code_of_floats_is_not_checked_in_float64() => Assert.That(
        Assert.Throws<BadInputException>(() => GradientCheck.Run(
            AsItIsNetworks.Linear, (x, g) =>
                Give(x, g, s_forms["float[]"], 0), s_few with { Types = [ElementType.Float64] }))?.Message,
        Is.EqualTo("linear takes or gives floats, so it cannot be checked in float64: leave Types out."));

    [Test]
    public void A_class_index_is_the_row_of_the_largest_entry()
    {
        int[] labels = [];
        GradientCheck.Replay(AsItIsNetworks.Linear, (x, g) =>
        {
            labels = x.Target;
            double[,] target = x.Target;
            Assert.That(labels, Is.EqualTo(Enumerable.Range(0, 4).Select(b => target[1, b] > target[0, b] ? 1 : 0)));
        }, "linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=3");

        Assert.That(labels, Has.Length.EqualTo(4));
    }

    [Test]
    public void Dimensions_and_tensors_may_have_digits_and_underscores_and_their_cases_are_replayed()
    {
        var network = Network.Define(
            "linear2", ["n1", "d_model", "B"], x => x.Parameter("W_q1", "d_model", "n1") * x.Input("X", "n1", "B"));

        var replayed = GradientCheck.Replay(network, (x, g) =>
        {
            Matrix<double> W = x["W_q1"], X = x["X"];
            Matrix<double> G = x.OutputGradient(W * X);
            (g["W_q1"], g["X"]) = (G * X.Transpose(), W.Transpose() * G);
        }, "linear2/squared-error n1=3 d_model=2 B=4 exact float64 seed=2020 k=3");

        Assert.That(
            (replayed.Verdict, replayed.Name),
            Is.EqualTo((Verdict.Agrees, "linear2/squared-error n1=3 d_model=2 B=4 exact float64 seed=2020 k=3")));
    }

    [Test]
    public void A_dimension_that_is_mistyped_is_refused_with_the_nearest_one()
    {
        var misread = Assert.Throws<BadInputException>(
            () => GradientAssert.Agrees(AsItIsNetworks.Linear, (x, g) => _ = x.Shape["N"], s_few));
        var undeclared = Network.Define("linear", ["n", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B"));

        Assert.That(misread!.Message, Is.EqualTo("N is no dimension of this network: did you mean n? It has n, m, B."));
        Assert.That(
            Assert.Throws<BadInputException>(() => GradientAssert.Agrees(undeclared, (x, g) => { }, s_few))!.Message,
            Does.EndWith("m is no dimension of this network: it has n, B."));
    }

    [Test]
    public void A_form_or_a_size_that_does_not_fit_is_told_in_a_sentence()
    {
        const string name = "linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=3";

        Assert.That(
            GradientCheck.Replay(AsItIsNetworks.Linear, (x, g) => { double W = x["W"]; }, name).ToString(),
            Does.Contain(
                "the derivation failed: W is 2×3 and no number: take it as an array, a span or a matrix, in "));
        Assert.That(
            GradientCheck.Replay(AsItIsNetworks.Linear, (x, g) => x.OutputGradient(new double[4, 2]), name).ToString(),
            Does.Contain("the derivation failed: Ŷ is 4×2, the target is 2×4, in ").And.Not.Contain("Parameter"));
    }

    [Test]
    public void A_name_that_no_case_name_can_say_is_refused() => Assert.That(
        Assert.Throws<BadInputException>(() => Network.Define("My linear", ["n"], x => x.Input("X", "n")))!.Message,
        Is.EqualTo("\"My linear\" is no name of a network: write it with letters, digits, hyphens and underscores."));

    [Test]
    public void A_tensor_of_three_axes_is_no_matrix_and_says_what_it_can_be()
    {
        var cube = Network.Define(
            "cube", ["a", "b", "c"], x => x.Parameter("P", "a", "b", "c").Hadamard(x.Input("Q", "a", "b", "c")));
        const string name = "cube/squared-error a=2 b=3 c=4 exact float64 seed=1 k=3";

        Assert.That(
            GradientCheck.Replay(cube, (x, g) => { double[,] P = x["P"]; }, name).ToString(),
            Does.Contain("P is 2×3×4 and no matrix: take it as a flat array, a span, a Tensor<T> or a torch.Tensor"));
        Assert.That(
            GradientCheck.Replay(cube, (x, g) =>
            {
                torch.Tensor P = x["P"], Q = x["Q"];
                torch.Tensor G = x.OutputGradient(P * Q);
                (g["P"], g["Q"]) = (G * Q, G * P);
            }, name).Verdict,
            Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public unsafe void An_address_is_good_until_the_derivation_has_returned_whatever_is_collected()
    {
        var kept = true;
        GradientCheck.Run(AsItIsNetworks.Linear, (x, g) =>
        {
            Give(x, g, s_forms["double[,]"], 0);
            var (ours, theirs) = Addresses(x);
            var (first, second) = (*(double*)ours, *(double*)theirs);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            double[][] others = [.. Enumerable.Range(0, 100).Select(_ => Pinned(x.Target, -7))];
            kept &= *(double*)ours == first && *(double*)theirs == second;
            GC.KeepAlive(others);
        }, s_few);

        Assert.That(kept);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe (nint Ours, nint Theirs) Addresses(ArrayCase x)
    {
        AnyTensor output = Pinned(x.Target, 3);
        return ((nint)(double*)x.OutputGradient(output), (nint)(double*)output);
    }

    private static double[] Pinned(double[] like, double entry)
    {
        var entries = GC.AllocateArray<double>(like.Length, pinned: true);
        entries.AsSpan().Fill(entry);
        return entries;
    }

    [Test]
    [NonParallelizable]
    public void One_case_of_a_test_is_run_where_the_environment_names_it()
    {
        var calls = 0;
        void Mine() => GradientAssert.Agrees(
            AsItIsNetworks.Linear, (x, g) => { calls++; Give(x, g, s_forms["double[,]"], 0); }, s_few);
        try
        {
            Environment.SetEnvironmentVariable(
                AskedCase.Variable, "linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=3");
            Mine();
            Assert.That(calls, Is.InRange(1, 6));

            Environment.SetEnvironmentVariable(
                AskedCase.Variable, "other/squared-error n=3 exact float64 seed=2020 k=3");
            calls = 0;
            Mine();
            Assert.That(calls, Is.Zero);
        }
        finally
        {
            Environment.SetEnvironmentVariable(AskedCase.Variable, null);
        }
    }

    private static string Replay(Func<Matrix<double>, AnyTensor> form) => GradientCheck.Replay(
        AsItIsNetworks.Linear, (x, g) =>
            Give(x, g, form, 0), "linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=3").ToString();

    private static void Give(ArrayCase x, ArrayGradients g, Func<Matrix<double>, AnyTensor> form, double error)
    {
        Matrix<double> W = x["W"], X = x["X"];
        Matrix<double> G = x.OutputGradient(W * X);
        g["W"] = form(G * X.Transpose() + error);
        g["X"] = form(W.Transpose() * G);
    }

    private static Matrix<float> Singles(Matrix<double> m) =>
        Matrix<float>.Build.Dense(m.RowCount, m.ColumnCount, (i, j) => (float)m[i, j]);
}
