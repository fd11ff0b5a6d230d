using System.Text.RegularExpressions;
using GradOracle.Gallery;
using GradOracle.Oracles;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What <c>gradoracle list</c> shows.</summary>
public sealed partial class ListTests
{
    [Test]
    public void List_fits_a_screen_and_names_every_family_loss_and_oracle()
    {
        var (code, output, error) = CommandTests.Run("list");

        var names = Catalog.Families.Select(f => f.Pattern).Concat(Loss.All.Select(l => l.Name)).Concat(
            Oracle.All.All.Select(o => o.Name));
        Assert.Multiple(() =>
        {
            Assert.That((code, error), Is.EqualTo((0, "")));
            Assert.That(names.Except(NamesIn(output)), Is.Empty);
            Assert.That(
                Cookbook.All.Select(r => r.Network.Name).Where(name => !Words(output).Contains(name)), Is.Empty);
            Assert.That(output.Split('\n'), Has.Length.LessThanOrEqualTo(45));
            Assert.That(output.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(120));
        });
    }

    [Test]
    public void List_all_names_everything_in_the_catalogue()
    {
        var names = Catalog.Networks.All.Select(n => n.Name).Concat(Catalog.Derivations.All.Select(d => d.Name))
            .Concat(Loss.All.Select(l => l.Name)).Concat(Oracle.All.All.Select(o => o.Name));

        Assert.That(names.Except(NamesIn(CommandTests.Run("list", "--all").Output)), Is.Empty);
    }

    [Test]
    public void The_families_are_the_networks_and_no_others() =>
        Assert.That(
            Catalog.Families.SelectMany(f => Expanded(f.Pattern)).Concat(Cookbook.All.Select(r => r.Network.Name)),
            Is.EquivalentTo(Catalog.Networks.All.Select(n => n.Name)));

    [Test]
    public void Mistakes_are_listed_and_no_derivation_is_one_of_them()
    {
        var (mistakes, derivations) = (
            CommandTests.Run("list", "mistakes").Output, CommandTests.Run("list", "derivations").Output);

        Assert.Multiple(() =>
        {
            Assert.That(
                NamesIn(mistakes).Intersect(Catalog.Mistakes.Select(m => m.Derivation.Name)),
                Is.EquivalentTo(Catalog.Mistakes.Select(m => m.Derivation.Name)));
            Assert.That(mistakes, Does.Contain("  lstm-last-step-only        ∂Wx = ∂a_T x_Tᵀ"));
            Assert.That(NamesIn(derivations).Intersect(Catalog.Mistakes.Select(m => m.Derivation.Name)), Is.Empty);
        });
    }

    [Test]
    public void All_and_one_network_are_not_listed_together() => Assert.That(
        CommandTests.Run("list", "elman", "--all"),
        Is.EqualTo(
            (2, "", "gradoracle: --all names everything, and a network was named as well: leave one of them out.\n")));

    [Test]
    public void One_network_is_listed_with_its_forward_its_backward_pass_and_its_derivations()
    {
        var (code, output, error) = CommandTests.Run("list", "elman-tanh");

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(
            output,
            Does.Contain("  A2                         = Wh H1 + Wx X2\n").And.Contain(
                "  ∂L/∂H2                     = Whᵀ ∂L/∂A3\n"));
        Assert.That(
            output,
            Does.Contain("  ∂L/∂A3                     = ∂L/∂H3 ∘ (1 − H3 ∘ H3)\n").And.Contain(
                "  ∂L/∂Wh                     = ∂L/∂A2 H1ᵀ + ∂L/∂A3 H2ᵀ\n"));
        Assert.That(output, Does.Contain("  elman-tanh-batch "));
    }

    [Test]
    public void A_network_that_is_not_there_cannot_be_listed() =>
        Assert.That(
            CommandTests.Run("list", "elmann"),
            Is.EqualTo((2, "", CommandTests.Run("check", "--network", "elmann").Error)));

    private static IEnumerable<string> NamesIn(string output) =>
        output.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(
            line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);

    private static string[] Words(string output) =>
        output.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries);

    // a[-b|-c][-d] is a, a-b, a-c, a-d, a-b-d and a-c-d.
    private static IEnumerable<string> Expanded(string pattern)
    {
        IEnumerable<string> names = [pattern[..pattern.IndexOf('[', StringComparison.Ordinal)]];
        foreach (var part in Part().EnumerateMatches(pattern))
        {
            string[] choices = ["", .. pattern.Substring(part.Index + 1, part.Length - 2).Split('|')];
            names = names.SelectMany(name => choices.Select(choice => name + choice)).ToList();
        }

        return names;
    }

    [GeneratedRegex(@"\[[^\]]*\]", RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
