using CsCheck;
using GradOracle.Cases;
using NUnit.Framework;

namespace GradOracle.Tests;

public sealed class CaseTests
{
    private static readonly Gen<CaseId> s_names = Gen.Select(
        Gen.OneOf([.. Loss.All]),
        Gen.Select(
            Gen.Int[1, Shape.MaxSize],
            Gen.Int[1, Shape.MaxSize],
            Gen.Int[1, Shape.MaxSize],
            Gen.Int[1, Shape.MaxSize],
            Samples.SizesOf),
        Gen.OneOf(CaseKind.Exact, CaseKind.Real),
        Gen.OneOf([.. ElementType.All]),
        Gen.ULong,
        (loss, shape, kind, type, seed) => new CaseId(Samples.SharedWeight, loss, shape, kind, type, seed));

    [Test]
    public void A_case_name_reads_back_to_the_same_case() =>
        s_names.Sample(
            name =>
                Samples.Case(name.ToString()) == name && Samples.Case(name.ToString()).ToString() == name.ToString());

    [Test]
    public void Mangled_case_names_are_bad_input_or_another_case_and_never_anything_else() =>
        Gen.Select(s_names, Gen.Int[0, 80], Gen.Char).Sample((name, at, change) =>
        {
            var text = name.ToString();
            var mangled = string.Concat(
                text.AsSpan(0, Math.Min(at, text.Length)), [change], text.AsSpan(Math.Min(at + 1, text.Length)));
            try
            {
                var read = Samples.Case(mangled);
                return Samples.Case(read.ToString()) == read && (read != name || read.ToString() == name.ToString());
            }
            catch (BadInputException)
            {
                return true; // the one way to fail
            }
        });

    // Written down from the formula in the documentation of CounterRng, evaluated in another language.
    [Test]
    public void The_random_numbers_are_those_of_the_documented_formula() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                Enumerable.Range(0, 3).Select(j => CounterRng.Bits(CounterRng.Key(0, 0), j)),
                Is.EqualTo(new[] { 0xE220A8397B1DCDAFUL >> 11, 3886858653415212UL, 238094247788840UL }));
            Assert.That(
                Enumerable.Range(0, 3).Select(j => CounterRng.Bits(CounterRng.Key(2020, 3), j)),
                Is.EqualTo(new[] { 2864096084169926UL, 5382202868905477UL, 4285432725754116UL }));
        });

    [Test]
    public void Integers_and_reals_are_those_of_the_documented_formula()
    {
        var integers = new double[6];
        var reals = new double[3];
        CounterRng.FillIntegers(integers, CounterRng.Key(2020, 0), 107);
        CounterRng.FillReals(reals, CounterRng.Key(2020, 0), 1 / Math.Sqrt(2));

        Assert.Multiple(() =>
        {
            Assert.That(integers, Is.EqualTo(new double[] { -74, 44, -20, 89, -70, 95 }));
            Assert.That(
                reals.Select(
                    r => BitConverter.DoubleToInt64Bits(r).ToString(
                        "x16", System.Globalization.CultureInfo.InvariantCulture)),
                Is.EqualTo(new[] { "bfdf1591436450c2", "3fd28847a2ae22ff", "bfc127f369d1d590" }));
        });
    }

    [Test]
    public void Exact_entries_are_integers_that_reach_both_ends_of_their_range_and_nothing_beyond() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 50]).Sample((key, k) =>
        {
            var entries = new double[200 * k];
            CounterRng.FillIntegers(entries, key, k);
            return entries.All(double.IsInteger) && entries.Min() == -k && entries.Max() == k;
        }, iter: 200);

    [Test]
    public void Real_parameters_are_scaled_by_fan_in_and_inputs_are_not()
    {
        var batch = Samples.Real(Samples.SizesOf(25, 4, 3, 40), seed: 5);

        Assert.Multiple(() =>
        {
            Assert.That(batch["Wx"].Values.Max(Math.Abs), Is.LessThan(1 / 5.0).And.GreaterThan(0.9 / 5));
            Assert.That(batch["X1"].Values.Max(Math.Abs), Is.LessThan(1).And.GreaterThan(0.9));
        });
    }

    [Test]
    public void A_float32_case_holds_floats_only() =>
        Assert.That(
            Samples.Real(
                Samples.Unequal, type: ElementType.Float32).Tensors.SelectMany(t => t.Values).All(v => v == (float)v));

    [Test]
    public void Later_cases_of_a_batch_are_the_cases_their_names_say()
    {
        var batch = Samples.Exact(Samples.Unequal, seed: 10, count: 4);
        var alone = Samples.Generate(Samples.Case(batch.NameOf(3)));

        Assert.That(batch.Tensors.Select(t => t[3].ToArray()), Is.EqualTo(alone.Tensors.Select(t => t.Values)));
    }

    [Test]
    public void Shapes_stay_within_their_limit_and_reach_it()
    {
        var shapes = Enumerable.Range(0, 400).Select(
            i => ShapeDraw.Of(Samples.SharedWeight, Samples.SquaredError, 6, 1, i, _ => true).Shape).ToList();
        var sizes = shapes.SelectMany(s => s.Dimensions.Select(d => d.Size)).ToList();

        Assert.That((sizes.Min(), sizes.Max(), shapes.Distinct().Count() > 250), Is.EqualTo((1, 6, true)));
    }
}
