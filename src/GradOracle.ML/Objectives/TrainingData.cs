using Microsoft.ML;
using Microsoft.ML.Data;

namespace GradOracle.ML.Objectives;

/// <summary>Examples read back from a data view, as the trainer sees them.</summary>
internal static class TrainingData
{
    /// <summary>The objective of a trainer on its data.</summary>
    /// <exception cref="BadInputException">There are no rows, a column is missing, or an entry is not what the
    /// objective takes.</exception>
    public static Objective Of(
        LbfgsInside inside,
        IDataView data,
        string featureColumn,
        string labelColumn,
        string? weightColumn)
    {
        if (weightColumn is not null)
        {
            throw new BadInputException(
                $"The examples have weights (column \"{weightColumn}\"): this check is of unweighted ones.");
        }

        var (features, label) = (Column(data, featureColumn), Column(data, labelColumn));
        if (features.Type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single)
        {
            throw new BadInputException(
                $"Column \"{featureColumn}\" is {features.Type}: features are a vector of Single.");
        }

        var (X, targets) = (data.GetColumn<float[]>(features).ToArray(), Targets(inside.Kind, data, label));
        if (X.Length == 0)
        {
            throw new BadInputException("The data has no rows: there is nothing to train on.");
        }

        for (var i = 0; i < X.Length; i++)
        {
            RequireRow(inside.Kind, i, X[i], targets[i]);
        }

        var outputs = inside.Kind == ObjectiveKind.Softmax ? (int)((KeyDataViewType)label.Type).Count : 1;
        return new(inside.Kind, X, targets, outputs, inside.L2);
    }

    private static DataViewSchema.Column Column(IDataView data, string name) => data.Schema.GetColumnOrNull(name)
        ?? throw new BadInputException(
            $"The data has no column \"{name}\": it has {string.Join(", ", data.Schema.Select(c => c.Name))}.");

    private static double[] Targets(ObjectiveKind kind, IDataView data, DataViewSchema.Column label)
    {
        var isFlag = label.Type is BooleanDataViewType;
        var isClass = label.Type is KeyDataViewType { RawType: { } raw, Count: > 1 } && raw == typeof(uint);
        return kind switch
        {
            ObjectiveKind.Logistic when isFlag => [.. data.GetColumn<bool>(label).Select(flag => flag ? 1.0 : 0)],
            // 0 is a missing key.
            ObjectiveKind.Softmax when isClass => [.. data.GetColumn<uint>(label).Select(key => key - 1.0)],
            ObjectiveKind.Poisson when label.Type == NumberDataViewType.Single =>
                [.. data.GetColumn<float>(label).Select(count => (double)count)],
            _ => throw new BadInputException(
                $"Column \"{label.Name}\" is {label.Type}: a label is {Wanted(kind)}."),
        };
    }

    private static string Wanted(ObjectiveKind kind) => kind switch
    {
        ObjectiveKind.Logistic => "Boolean for logistic regression",
        ObjectiveKind.Softmax => "a key over UInt32 with at least two classes for maximum entropy",
        _ => "Single for Poisson regression",
    };

    // ML.NET leaves such rows out without a word, and divides by fewer.
    private static void RequireRow(ObjectiveKind kind, int row, float[] features, double target)
    {
        if (features.Any(x => !float.IsFinite(x)))
        {
            throw new BadInputException(
                $"Row {row} has a feature that is no finite number: the trainer would leave the row out.");
        }

        if (kind == ObjectiveKind.Softmax && target < 0)
        {
            throw new BadInputException($"Row {row} has no class: its label is missing or beyond the "
                + $"classes of its key. In a class of one's own, keys count from 0.");
        }

        if (!double.IsFinite(target) || target < 0)
        {
            throw new BadInputException(
                $"The label of row {row} is {target}: a count is a finite number that is not negative.");
        }
    }
}
