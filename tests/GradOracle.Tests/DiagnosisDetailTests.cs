using GradOracle.Diagnoses;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The words and numbers that diagnoses are made of.</summary>
[Category("Quick")]
public sealed class DiagnosisDetailTests
{
    private static readonly Shape s_shape = new(("n", 3), ("B", 5));

    [TestCase("0", 0)]
    [TestCase("−1", -1)]
    [TestCase("2", 2)]
    [TestCase("½", 0.5)]
    [TestCase("n", 3)]
    [TestCase("1/B", 0.2)]
    [TestCase("2/B", 0.4)]
    [TestCase("(n − 1)", 2)]
    [TestCase("1/(n − 1)", 0.5)]
    [TestCase("n/(n − 1)", 1.5)]
    [TestCase("(B − 1)/B", 0.8)]
    [TestCase("√n", 1.7320508075688772)]
    [TestCase("1/√B", 0.44721359549995793)]
    [TestCase("nB", 15)]
    [TestCase("1/(nB)", 1 / 15.0)]
    [TestCase("2/(nB)", 2 / 15.0)]
    [TestCase("n/B", 0.6)]
    [TestCase("B/n", 5 / 3.0)]
    public void A_factor_is_the_number_that_its_symbol_says(string symbol, double value) => Assert.That(
        Coefficient.Known(["n", "B"]).Single(c => c.Symbol == symbol).At(s_shape), Is.EqualTo(value).Within(1e-15));

    [TestCase(0, "is missing")]
    [TestCase(-1, "has the wrong sign")]
    [TestCase(2, "is doubled")]
    [TestCase(0.5, "is halved")]
    [TestCase(1 / 7.0, "is multiplied by 1/7")]
    [TestCase(-2 / 7.0, "is multiplied by −2/7")]
    [TestCase(-7, "is multiplied by −7")]
    [TestCase(-0.037, "is multiplied by −0.037")]
    [TestCase(7 / 11.0, "is multiplied by 7/11")]
    public void A_factor_that_was_measured_is_read_as_a_person_would_write_it(double found, string words) => Assert.That(
        Coefficient.Readings(found, new(("n", 13), ("B", 17))).Select(c => c.Words), Does.Contain(words));

    [Test]
    public void A_factor_of_1_is_none_and_one_that_nobody_would_write_is_not_called_plain()
    {
        Assert.That(Coefficient.Readings(1, s_shape), Is.Empty);
        Assert.That(Coefficient.Plain(1, s_shape), Is.EqualTo(new Coefficient?[] { null }));
        Assert.That(Coefficient.Readings(1.23456789, s_shape).Single().IsPlain, Is.False);
        Assert.That(Coefficient.Plain(1.23456789, s_shape), Is.Empty);
    }

    [Test]
    public void Readings_that_differ_are_told_as_either_or_and_one_that_fits_some_gradients_names_them()
    {
        Explanation Of(params Alternative[] all) => new(all, ["Wx"], 0, 1);
        Alternative Said(string sentence, params string[] only) => new([new(sentence, null)], only);

        Assert.That(Of(Said("a"), Said("b")).Sentence, Is.EqualTo("either a, or b"));
        Assert.That(Of(Said("a"), Said("a")).Sentence, Is.EqualTo("a"));
        Assert.That(Of(Said("a", "Wx", "Wh")).Sentence, Is.EqualTo("a, as ∂Wx and ∂Wh uses it"));
    }

    [TestCase("a is larger than b", "a", 2, 2, false)]
    [TestCase("a is at least b", "a", 2, 2, true)]
    [TestCase("a is not a multiple of 2, beyond the first 2", "a", 1, 5, false)]
    [TestCase("a is not a multiple of 2, beyond the first 2", "a", 3, 5, true)]
    [TestCase("a = b, but not 1", "a", 1, 1, false)]
    [TestCase("a and b differ", "a", 1, 2, true)]
    public void A_rule_of_sizes_holds_where_its_words_say(string words, string first, int a, int b, bool holds)
    {
        var rules = SizeRule.Of(new(("a", 3), ("b", 4), ("c", 5))).Where(r => r.Words == words);

        Assert.That(rules.First().Holds(new((first, a), ("b", b), ("c", 9))), Is.EqualTo(holds));
    }

    [Test]
    public void A_derivation_that_gives_the_same_again_does_not_grow()
    {
        var batch = Samples.Exact(Samples.Unequal);
        var right = new OwnBackprop();

        Assert.That(Memory.Grows(right, batch, Verdicts.Comparison.Of(right, batch)), Is.False);
        Assert.That(Memory.Remembers(right, batch), Is.False);
    }
}
