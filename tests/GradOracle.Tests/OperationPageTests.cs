using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The page of operations names everything that a graph can hold, and nothing else.</summary>
public sealed partial class OperationPageTests
{
    private static readonly Dictionary<string, string> s_operators = new()
    {
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_Multiply"] = "*",
        ["op_Division"] = "/",
        ["op_UnaryNegation"] = "-",
    };

    [Test]
    public void Every_method_and_operator_that_makes_a_node_has_a_line_and_every_line_has_one()
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Root, "src", "docs", "operations.md"));
        var written = page.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).SelectMany(
            line => Code().Matches(line.Split('|')[1]))
            .Select(match => match.Groups[1].Value).Select(
                code => Method().Match(code) is { Success: true } m
                    ? m.Groups[1].Value
                    : Operator().Match(code).Value.Trim());
        var known = typeof(Node).GetMethods(
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(m => m.ReturnType == typeof(Node) && m.Name != nameof(Node.Named)).Select(
                m => s_operators.GetValueOrDefault(m.Name, m.Name));

        Assert.That(written.Distinct(), Is.EquivalentTo(known.Distinct()));
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\.(\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"^-| [-+*/] ")]
    private static partial Regex Operator();
}
