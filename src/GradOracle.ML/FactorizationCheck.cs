using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using Model = Microsoft.ML.Trainers.FieldAwareFactorizationMachineModelParameters;

namespace GradOracle.ML;

/// <summary>Whether a field-aware factorization machine of ML.NET trains all that it has.</summary>
public static class FactorizationCheck
{
    private const int AtOnce = 8;

    /// <summary>
    /// Trains twice, the second time from where the first ended, and looks which latent components have moved. On a
    /// processor with AVX ML.NET works on eight at once and leaves the rest: components beyond a multiple of 8 keep the
    /// random numbers that they began with.
    /// </summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="data">The examples.</param>
    /// <returns>The verdict and the report.</returns>
    /// <exception cref="BadInputException">The data has no rows or does not fit, or this processor has no
    /// AVX.</exception>
    public static MLResult Of(FieldAwareFactorizationMachineTrainer trainer, IDataView data)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(data);
        RequireAvx(Avx.IsSupported);
        var (before, after) = TrainedTwice(trainer, data);
        var latent = after.LatentDimension;
        var moved = new bool[latent];
        var (from, to) = (before.GetLatentWeights(), after.GetLatentWeights());
        for (var i = 0; i < to.Count; i++)
        {
            moved[i % latent] |= from[i] != to[i];
        }

        var still = moved.Count(isMoved => !isMoved);
        var isOfEight = Array.TrueForAll(moved[(latent / AtOnce * AtOnce)..], isMoved => !isMoved);
        var verdict = still == 0 ? Verdict.Agrees
            : still == latent && latent >= AtOnce ? Verdict.Inconclusive
            : Verdict.Disagrees;
        return new(
            trainer.GetType().Name,
            verdict,
            $"{latent - still} of {latent} latent components moved in a second training, of {to.Count} weights.",
            verdict == Verdict.Disagrees ? [Finding(moved, isOfEight)] : [],
            verdict == Verdict.Inconclusive ? ["nothing moved at all, by this data at this learning rate"] : []);
    }

    /// <summary>Asserts that every latent component is trained.</summary>
    /// <inheritdoc cref="Of"/>
    /// <exception cref="DisagreementException">One never moves.</exception>
    [StackTraceHidden]
    public static void EveryComponentMoves(FieldAwareFactorizationMachineTrainer trainer, IDataView data) =>
        Of(trainer, data).Require();

    /// <exception cref="BadInputException">There is none.</exception>
    internal static void RequireAvx(bool isThere)
    {
        if (!isThere)
        {
            throw new BadInputException(
                "This processor has no AVX: ML.NET's factorization machine has no native library for it, and what it "
                    + "does elsewhere cannot be seen here. Run this check on a processor with AVX.");
        }
    }

    private static string Finding(bool[] moved, bool isOfEight)
    {
        var still = Enumerable.Range(0, moved.Length).Where(k => !moved[k]).ToList();
        var which = still is [var only] ? $"Component {only}" : $"Components {string.Join(", ", still)}";
        return string.Concat(
            $"{which} of {moved.Length}, counted from 0, never move: they are the random numbers that they began with",
            isOfEight ? ", since eight are trained at once and the rest is left. Choose a multiple of 8." : ".");
    }

    private static (Model Before, Model After) TrainedTwice(
        FieldAwareFactorizationMachineTrainer trainer, IDataView data)
    {
        if (data.Preview(1).RowView.Length == 0)
        {
            throw new BadInputException("The data has no rows: there is nothing to train on.");
        }

        try
        {
            var first = trainer.Fit(data).Model;
            return (first, trainer.Fit(data, modelParameters: first).Model);
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException)
        {
            throw new BadInputException($"ML.NET does not train on this data: {refused.Message}");
        }
        catch (DllNotFoundException)
        {
            throw new BadInputException(
                "ML.NET's native library of the factorization machine cannot be loaded here: it is in Microsoft.ML for "
                    + "processors with AVX.");
        }
    }
}
