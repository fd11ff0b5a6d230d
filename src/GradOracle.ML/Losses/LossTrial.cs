using GradOracle.Messages;
using Microsoft.ML.Trainers;

namespace GradOracle.ML.Losses;

/// <summary>One number of a class beside what it must be.</summary>
internal readonly record struct Compared(float Output, float Label, double Received, double Expected, double Bound)
{
    /// <summary>How many bounds they are apart; infinite for what is no number.</summary>
    public double Error
    {
        get
        {
            var error = Math.Abs(Received - Expected) / Bound;
            return Received == Expected ? 0 : double.IsNaN(error) ? double.PositiveInfinity : error;
        }
    }

    /// <summary>Whether the bound is below a hundredth of what is compared.</summary>
    public bool TellsSomething =>
        Bound <= 0.01 * Math.Max(Math.Abs(Expected), Math.Abs(Received)) || (Expected == 0 && Bound < 1e-6);

    public string Place => PlaceOf(Output, Label);

    /// <summary>A place as a person writes it: floats in the digits that they need.</summary>
    public static string PlaceOf(float output, float label) =>
        FormattableString.Invariant($"output {output + 0f:R}, label {label + 0f:R}");
}

/// <summary>A loss class at all outputs and labels of a range.</summary>
internal sealed class LossTrial
{
    private readonly IScalarLoss _loss;
    private readonly StatedLoss _stated;
    private readonly LossRange _range;

    public LossTrial(IScalarLoss loss, StatedLoss stated, LossRange range)
    {
        (_loss, _stated, _range) = (loss, stated, range);
        foreach (var label in range.Labels)
        {
            Look(label);
        }
    }

    /// <summary><c>Loss</c> beside the statement.</summary>
    public List<Compared> Values { get; } = [];

    /// <summary><c>Derivative</c> beside the statement's slope.</summary>
    public List<Compared> Slopes { get; } = [];

    /// <summary><c>Derivative</c> beside differences of the class's own <c>Loss</c>.</summary>
    public List<Compared> OwnSlopes { get; } = [];

    /// <summary>The statement's slope by its two sources.</summary>
    public List<Compared> Sources { get; } = [];

    /// <summary>The kinks, each with its label and what <c>Derivative</c> gives there.</summary>
    public List<(Kink Kink, float Label, float Received)> Kinks { get; } = [];

    /// <summary>How many points no float can hold the loss of.</summary>
    public int Overflows { get; private set; }

    /// <summary>What is odd beyond the range.</summary>
    public List<string> Extremes { get; } = [];

    private void Look(float label)
    {
        var plain = Outputs.Plain(_range, label);
        var kinks = Kink.Of(_stated, label, plain, At(plain, label));
        Kinks.AddRange(kinks.Select(kink => (kink, label, _loss.Derivative(kink.At, label))));
        float[] outputs = [.. plain, .. Outputs.Full(_range, plain)];
        var stated = At(outputs, label);
        var again = _stated.SlopesAgain([.. outputs.Select(o => (o, label))]);
        for (var i = 0; i < outputs.Length; i++)
        {
            var (output, point) = (outputs[i], stated[i]);
            if (!point.IsFloat)
            {
                Overflows++;
                continue;
            }

            Values.Add(new(output, label, _loss.Loss(output, label), point.Value, _range.Allowance * point.ValueBound));
            if (kinks.Any(kink => kink.Is(output)))
            {
                continue;
            }

            var received = _loss.Derivative(output, label);
            Slopes.Add(new(output, label, received, point.Slope, _range.Allowance * point.SlopeBound));
            if (again is not null)
            {
                Sources.Add(new(output, label, again[i], point.Slope, point.SlopeBound));
            }

            if (i < plain.Length)
            {
                AddOwn(output, label, received, point, kinks);
            }
        }

        Extremes.AddRange(Outputs.Beyond(_range).Select(o => Extreme(o, label)).OfType<string>());
    }

    private void AddOwn(float output, float label, float received, Stated point, List<Kink> kinks)
    {
        var distances = kinks.Select(kink => Math.Abs((double)kink.At - output));
        var reach = distances.DefaultIfEmpty(double.PositiveInfinity).Min();
        // what is beyond the range may be another function
        var room = Math.Min(output - _range.Lowest, _range.Highest - output);
        var noise = 2 * _range.Allowance * point.ValueBound;
        var found = Differences.Of(o => _loss.Loss((float)o, label), output, noise, finest: 14, Math.Min(reach, room));
        if (found is { } own)
        {
            OwnSlopes.Add(new(output, label, received, own.Slope, own.Tolerance + _range.Allowance * point.SlopeBound));
        }
    }

    private string? Extreme(float output, float label)
    {
        var (value, slope) = (_loss.Loss(output, label), _loss.Derivative(output, label));
        var stated = At([output], label)[0];
        var isOdd = double.IsNaN(value) || float.IsNaN(slope)
            || (stated.IsFloat && (!double.IsFinite(value) || !float.IsFinite(slope)
                || Math.Abs(value - stated.Value) > 1e-3 * Math.Abs(stated.Value) + stated.ValueBound));
        return !isOdd ? null : string.Concat(
            $"far out, at {Compared.PlaceOf(output, label)}: ",
            $"Loss is {NumberFormat.Short(value)}, Derivative {NumberFormat.Short(slope)}; ",
            $"stated {NumberFormat.Short(stated.Value)} and {NumberFormat.Short(stated.Slope)}");
    }

    private Stated[] At(float[] outputs, float label) => _stated.At([.. outputs.Select(output => (output, label))]);
}
