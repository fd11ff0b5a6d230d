using NUnit.Framework;
using TorchSharp;

namespace GradOracle.Tests.AsItIs;

/// <summary>What code throws is told in words, also where it has none of its own.</summary>
public sealed class ThrowingCodeTests
{
    private static readonly CheckOptions s_few = new() { Cases = 2, MaxSize = 3, Losses = [Samples.SquaredError] };

    private static readonly (string What, Action<ArrayCase, ArrayGradients> Code, string Told)[] s_all =
    [
        (
            "nothing",
            (x, g) => throw new InvalidOperationException(""),
            "failed: InvalidOperationException without a message, in ThrowingCodeTests"),
        (
            "the runtime's nothing",
            (x, g) => throw new NotSupportedException(null),
            "failed: NotSupportedException: Specified method is not supported, in Throw"),
        ("a type of its own", (x, g) => throw new Mine(), "failed: Mine without a message, in ThrowingCodeTests"),
        (
            "in several threads",
            (x, g) => Parallel.For(0, 2, i => throw new InvalidOperationException("one of them.")),
            "failed: InvalidOperationException: one of them, in ThrowingCodeTests"),
        (
            "null as a gradient",
            (x, g) => g["W"] = null!,
            "failed: null was given to ArrayGradients"),
        (
            "null as an output",
            (x, g) => x.OutputGradient(null!),
            "failed: null was given to ArrayCase.OutputGradient, in ThrowingCodeTests"),
        ("null as a name", (x, g) => _ = x[null!].T, "failed: null was given to ArrayCase[…], in ThrowingCodeTests"),
        (
            "its own null",
            (x, g) => _ = ((string)null!).Length,
            "failed: NullReferenceException: Object reference not set to an instance of an object, in "
            + "ThrowingCodeTests"),
    ];

    [TestCaseSource(nameof(Cases))]
    public void What_is_thrown_is_told(int number) => Assert.That(
        GradientCheck.Run(AsItIsNetworks.Linear, s_all[number].Code, s_few).ToString(),
        Does.Contain($"the derivation {s_all[number].Told}"));

    [Test]
    public void A_gradient_of_another_size_says_how_many_entries_it_has_and_gets_no_diagnosis_of_values()
    {
        string Told(AnyTensor given) => GradientCheck.Run(
            AsItIsNetworks.Linear,
            (x, g) =>
            {
                torch.Tensor W = x["W"], X = x["X"];
                torch.Tensor G = x.OutputGradient(W.mm(X));
                (g["W"], g["X"]) = (given, W.t().mm(G));
            },
            s_few).ToString();

        Assert.That(
            Told(new double[77]),
            Does.Contain("the derivation's gradient has 77 entries, the tensor is 1×1").And.Not.Contain("0/0"));
        Assert.That(
            Told(new double[7, 7]),
            Does.Contain("the derivation's gradient is 7×7, the tensor is 1×1").And.Not.Contain("0/0"));
    }

    [Test]
    public void Null_in_place_of_gradients_is_told() => Assert.That(
        GradientCheck.Run(
            AsItIsNetworks.Linear, (Func<MatrixCase<double>, Gradients<double>>)(x => null!), s_few).ToString(),
        Does.Contain("the derivation gives null: return the gradients"));

    [Test]
    public void A_gradient_that_is_read_before_it_is_given_is_named() => Assert.That(
        Assert.Throws<InvalidOperationException>(() => _ = new Gradients<double>()["W"])!.Message,
        Is.EqualTo("the gradient of W is not given yet"));

    [TestCase("caseName")]
    [TestCase("dimensions")]
    [TestCase("differentiate")]
    [TestCase("name")]
    public void What_is_null_is_named_as_its_caller_knows_it(string parameter) => Assert.That(
        Assert.Throws<ArgumentNullException>(() => _ = parameter switch
        {
            "caseName" => (object)GradientCheck.Replay(AsItIsNetworks.Linear, (x, g) => { }, null!),
            "dimensions" => new Shape(null!),
            "differentiate" => GradientCheck.Run(
                AsItIsNetworks.Linear, (Func<MatrixCase<double>, Gradients<double>>)null!),
            _ => Loss.Of(null!),
        })!.ParamName,
        Is.EqualTo(parameter));

    private static IEnumerable<TestCaseData> Cases() =>
        s_all.Select((one, i) => new TestCaseData(i).SetArgDisplayNames(one.What));

    private sealed class Mine : Exception;
}
