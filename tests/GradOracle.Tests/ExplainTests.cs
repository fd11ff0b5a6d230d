using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What <c>gradoracle explain NETWORK</c> shows, and the page that is made of it.</summary>
public sealed class ExplainTests
{
    private static IEnumerable<string> Networks() => Catalog.Networks.All.Select(n => n.Name);

    [Test]
    public void A_recipe_is_explained_with_shapes_derivation_mistakes_and_the_command_that_checks_it()
    {
        var (code, output, error) = CommandTests.Run("explain", "lstm");

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(
            output,
            Does.Contain("  Wx                         4h×n  parameter\n").And.Contain(
                "  X1 … XT                    n×B  input\n"));
        Assert.That(output, Does.Contain("backward").And.Contain("∂a_f = ∂c_t ∘ c_(t−1) ∘ f (1 − f)"));
        Assert.That(output, Does.Contain("  lstm-one-weight            W = [Wx | Wh | b]"));
        Assert.That(
            output,
            Does.Contain("  lstm-cell-not-carried      ∂c_(t−1) = 0 and not f ∘ ∂c_t\n").And.Contain(
                "  gradoracle check --network lstm\n"));
        Assert.That(output.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(122));
    }

    [Test]
    public void A_state_behind_the_last_step_is_named_by_its_step() =>
        Assert.That(
            CommandTests.Run("explain", "bidirectional-rnn").Output,
            Does.Contain("  R(T+1)                     h×B  input\n"));

    [Test]
    public void A_network_without_a_recipe_is_explained_from_its_graph()
    {
        var (code, output, _) = CommandTests.Run("explain", "elman-tanh");

        Assert.That(code, Is.Zero);
        Assert.That(
            output,
            Does.Contain("  ∂L/∂A3                     = ∂L/∂H3 ∘ (1 − H3 ∘ H3)\n").And.Contain(
                "  ∂L/∂Wh                     = ∂L/∂A2 H1ᵀ + ∂L/∂A3 H2ᵀ\n"));
        Assert.That(
            output,
            Does.Contain("Other derivations\n  elman-tanh-batch ").And.EndWith(
                "  gradoracle check --derivation elman-tanh-batch\n"));
    }

    [TestCaseSource(nameof(Networks))]
    public void Every_network_is_explained_with_all_its_mistakes(string network)
    {
        var (code, output, error) = CommandTests.Run("explain", network);

        var mistakes = Catalog.Mistakes.Where(m => m.Derivation.Network.Name == network).Select(m => m.Name);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith($"{network}\n").And.Contain($"gradoracle check --network {network}\n"));
        Assert.That(mistakes.Where(name => !output.Contains($"  {name}", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void A_mistake_of_a_recipe_is_checked_by_its_name_and_replayed_by_the_command()
    {
        var (code, output, _) = CommandTests.Run(
            "check", "--derivation", "gru-reset-not-applied", "--loss", "projection", "--cases", "4", "--max-dim", "4");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(
            output,
            Does.Contain("replay: gradoracle check --derivation gru-reset-not-applied --case \"gru/projection "));
    }

    [Test]
    public void A_network_that_is_not_there_cannot_be_explained() =>
        Assert.That(
            CommandTests.Run("explain", "lstmm"),
            Is.EqualTo((2, "", CommandTests.Run("check", "--network", "lstmm").Error)));

    [Test]
    public void The_page_and_one_network_are_not_explained_together() => Assert.That(
        CommandTests.Run("explain", "lstm", "--page"),
        Is.EqualTo((2, "", "gradoracle: --page explains every recipe, and a network was named as well: leave one of them out.\n")));

    [Test]
    public void The_cookbook_page_is_what_the_recipes_say()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "src", "docs", "cookbook.md"));

        Assert.That(
            page,
            Is.EqualTo(CommandTests.Run("explain", "--page").Output),
            "make it again: gradoracle explain --page > src/docs/cookbook.md");
    }
}
