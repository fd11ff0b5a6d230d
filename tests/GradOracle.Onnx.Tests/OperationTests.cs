using System.Globalization;
using System.Reflection;
using GradOracle.Graphs;
using GradOracle.Onnx.Models;
using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Onnx.Tests;

/// <summary>Every operation, written as a model and scored: on the same statements as in all other
/// interpretations.</summary>
public sealed class OperationTests
{
    private static readonly CheckOptions s_options = new() { Cases = 12 };

    // What flows back, and is in no forward.
    private static readonly string[] s_backwardOnly =
    [
        nameof(Inside), nameof(Greater), nameof(FirstLargest), nameof(AddRows), nameof(ScatterAdd), nameof(ScatterLast),
    ];

    private static readonly string[] s_notForward =
        ["inside", "greater", "first largest", "rows added in a table", "scatter-add"];

    // An operator and a statement in which another would be noticed.
    private static readonly (string Operator, string Statement)[] s_noticed =
    [
        ("Add", "sum"), ("Sub", "difference"), ("Mul", "entrywise product"), ("Div", "quotient"), ("Pow", "real power"),
        ("Max", "rectifier"), ("Min", "minimum of two"), ("Abs", "absolute value"), ("Sign", "sign"), ("Exp", "exp"),
        ("Log", "log"), ("Sqrt", "square root"), ("Reciprocal", "reciprocal"), ("Tanh", "tanh"),
        ("Sigmoid", "logistic"), ("Erf", "error function"), ("Sin", "sine"), ("Cos", "cosine"),
        ("ReduceSum", "sum over columns"), ("ReduceMax", "largest over two axes"), ("Greater", "step"),
        ("Equal", "one-hot along an axis within"), ("Equal", "where"), ("MatMul", "product"),
        ("Transpose", "transposed"), ("Concat", "concatenated"), ("CumSum", "cumulative sum from the end"),
        ("Gather", "slice backwards"), ("Gather", "rows of a table"), ("Gather", "windows as columns"),
        ("Gather", "maximum pooling padded"), ("Expand", "broadcast"), ("Reshape", "convolution"),
    ];

    private static IEnumerable<TestCaseData> Statements() => Statement.Names
        .Where(name => !s_notForward.Contains(name))
        .Select(name => new TestCaseData(name) { TestName = $"OnnxRuntime_scores({name})" });

    private static IEnumerable<TestCaseData> Noticed() => s_noticed.Select(noticed =>
        new TestCaseData(noticed.Operator, noticed.Statement)
        {
            TestName = $"A_wrong_{noticed.Operator}_is_caught({noticed.Statement})",
        });

    [TestCaseSource(nameof(Statements))]
    public void OnnxRuntime_scores_it_as_its_own_forward_and_TorchSharp_do(string name)
    {
        var found = OnnxForward.Check(Stated(name), s_options);

        var isAlwaysZero = name == "log-softmax along axis -1 of 2×1";
        Assert.That(
            found.Verdict, Is.EqualTo(isAlwaysZero ? Verdict.Inconclusive : Verdict.Agrees), found.ToString());
    }

    [TestCaseSource(nameof(Noticed))]
    public void Another_operator_in_its_place_is_caught(string operation, string name)
    {
        var found = OnnxForward.Check(Stated(name), s_options, type => new WrongGraph(type, operation));

        Assert.That(found.Verdict, Is.EqualTo(Verdict.Disagrees).Or.EqualTo(Verdict.NotComparable), found.ToString());
    }

    [Test]
    public void Every_operation_of_a_forward_can_be_written()
    {
        var left = typeof(Operation).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract)
            .Where(type => type.Namespace == typeof(Operation).Namespace && !type.IsSubclassOf(typeof(FusedProduct)))
            .Where(type => type != typeof(Leaf) && WriterOf(type) == typeof(Operation));

        Assert.That(left.Select(type => type.Name), Is.EquivalentTo(s_backwardOnly));
    }

    [Test]
    public void Every_operator_that_the_statements_need_has_one_that_is_noticed_in_its_place()
    {
        var needed = Statement.Names.Where(name => !s_notForward.Contains(name)).SelectMany(name => OnnxModel.Of(
            new(Stated(name), OnnxExtensions.Projection, new(("n", 1))), new OnnxGraph(ElementType.Float32)).Operators);

        Assert.That(
            needed.Distinct().Except(s_noticed.Select(noticed => noticed.Operator)),
            Is.EquivalentTo(["Cast", "Where"])); // beside Equal, which is noticed
    }

    private static Type WriterOf(Type type) => type.GetMethod(
        nameof(Operation.OnForeign), BindingFlags.Public | BindingFlags.Instance)!.DeclaringType!;

    private static Network Stated(string name)
    {
        var statement = Statement.Named(name);
        return Network.Define("statement", ["n"], x => statement.Of(Leaf(x, "A", 0), Leaf(x, "B", 1), Leaf(x, "C", 2)));

        Node Leaf(Inputs x, string leaf, int i) => x.Input(
            leaf, [.. statement.Sizes[i].Select(size => size.ToString(CultureInfo.InvariantCulture))]);
    }
}
