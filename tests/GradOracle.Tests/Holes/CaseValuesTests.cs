using GradOracle.Cases;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Entries that are not drawn plainly: each rebuilt from the name of its case.</summary>
public sealed class CaseValuesTests
{
    private const string Real = "shared-weight/projection n=3 h=4 m=2 B=5 real float64 seed=7";

    private static readonly string[] s_words = [.. CaseValues.For(CaseKind.Real).Select(v => v.Word)];

    [TestCaseSource(nameof(s_words))]
    public void A_name_with_values_reads_back_and_gives_other_entries_than_one_without(string word)
    {
        var name = Samples.Case($"{Real} values={word}");
        var (batch, plain) = (CaseGenerator.Generate(name, 3), CaseGenerator.Generate(Samples.Case(Real), 3));
        var alone = Samples.Generate(Samples.Case(batch.NameOf(2)));

        Assert.That(name.ToString(), Is.EqualTo($"{Real} values={word}"));
        Assert.That(batch.Tensors.Select(t => t[2].ToArray()), Is.EqualTo(alone.Tensors.Select(t => t.Values)));
        Assert.That(batch.Tensors.SelectMany(t => t.Values), Is.Not.EqualTo(plain.Tensors.SelectMany(t => t.Values)));
    }

    // Written down from the formulas in the README, evaluated in another language.
    [TestCase("tiny", "X1", 0, "be9c73b2351d05d6")]
    [TestCase("hot", "X1", 9, "c0a23379b73b6a4b")]
    [TestCase("zeros", "Wx", 0, "3fce69975894e698")]
    [TestCase("zeros", "Wx", 3, "0000000000000000")]
    [TestCase("ties", "Wx", 1, "bfd279a74590331d")]
    [TestCase("blank", "X1", 14, "0000000000000000")]
    [TestCase("denormal", "X1", 3, "00000003f718a187")]
    public void Entries_are_those_of_the_documented_formula(string word, string tensor, int entry, string bits) =>
        Assert.That(
            BitConverter.DoubleToInt64Bits(
                Samples.Generate(Samples.Case($"{Real} values={word}"))[tensor].Values[entry])
                .ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
            Is.EqualTo(bits));

    [Test]
    public void Denormal_numbers_are_denormal_in_either_type([Values] bool isSingle)
    {
        var values = Samples.Generate(Samples.Case($"{Real.Replace("float64", isSingle ? "float32" : "float64", StringComparison.Ordinal)} values=denormal")).Tensors.SelectMany(t => t.Values).ToList();

        Assert.That(
            values.Count(v => isSingle ? v != 0 && MathF.Abs((float)v) < 1.2e-38f : double.IsSubnormal(v)),
            Is.InRange(values.Count / 8, values.Count / 2));
    }

    [TestCase("near", 2)]
    [TestCase("hit", 0)]
    public void The_target_is_the_output_or_near_it_and_stays_exact(string word, int difference)
    {
        var name = Samples.Case($"shared-weight/absolute-error n=3 h=4 m=2 B=5 exact float64 seed=7 values={word}");
        var batch = Samples.Generate(name);
        var output = Oracles.Autograd.Differentiate(batch).Output.Values;

        Assert.That(output.Zip(batch.Target.Values, (y, t) => Math.Abs(y - t)).Max(), Is.EqualTo(difference));
        Assert.That(name.Range, Is.GreaterThan(3).And.LessThanOrEqualTo(name.Scenario.RangeOf(ElementType.Float64)));
        Assert.That(GradientCheck.Replay(new OwnBackprop(), name.ToString()).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [TestCase("exact", "hot", "exact cases have still, near, hit")]
    [TestCase("real", "near", "real cases have tiny, large")]
    [TestCase("real", "odd", "real cases have tiny, large")]
    public void A_word_that_is_not_for_the_kind_is_refused(string kind, string word, string known) =>
        Assert.That(
            () => Samples.Case($"shared-weight/projection n=3 h=4 m=2 B=5 {kind} float64 seed=7 values={word}"),
            Throws.TypeOf<BadInputException>().With.Message.Contains(known));
}
