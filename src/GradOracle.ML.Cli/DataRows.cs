using Microsoft.ML;
using Microsoft.ML.Data;

namespace GradOracle.ML.Cli;

/// <summary>Rows of features and a label as ML.NET's data.</summary>
internal static class DataRows
{
    /// <summary>The rows as a view.</summary>
    /// <param name="ml">ML.NET.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="width">How many features a row has.</param>
    /// <param name="label">The type of the label; null: that of its property.</param>
    public static IDataView View<T>(MLContext ml, IEnumerable<T> rows, int width, DataViewType? label = null)
        where T : class
    {
        var schema = SchemaDefinition.Create(typeof(T));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        schema["Label"].ColumnType = label ?? schema["Label"].ColumnType;
        return ml.Data.LoadFromEnumerable(rows.ToList(), schema);
    }
}

/// <summary>A label that is true or not.</summary>
internal sealed class FlagRow
{
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }
}

/// <summary>A label that is a class, counted from 0.</summary>
internal sealed class ClassRow
{
    public float[] Features { get; set; } = [];

    public uint Label { get; set; }
}

/// <summary>A label that is a number.</summary>
internal sealed class NumberRow
{
    public float[] Features { get; set; } = [];

    public float Label { get; set; }
}
