namespace GradOracle.Tests.AsItIs;

/// <summary>A perceptron with one hidden layer as somebody wrote it: arrays, rows as examples, labels as integers, and
/// fields.</summary>
internal sealed class Perceptron(double[,] w1, double[] b1, double[,] w2, double[] b2)
{
    private double[,] _input = new double[0, 0];
    private double[,] _hidden = new double[0, 0];
    private double[,] _scores = new double[0, 0];

    public double[,] DW1 { get; private set; } = new double[0, 0];

    public double[] Db1 { get; private set; } = [];

    public double[,] DW2 { get; private set; } = new double[0, 0];

    public double[] Db2 { get; private set; } = [];

    public double[,] Forward(double[,] input)
    {
        _input = input;
        _hidden = AddRow(Multiply(input, w1), b1);
        for (var i = 0; i < _hidden.GetLength(0); i++)
        {
            for (var j = 0; j < _hidden.GetLength(1); j++)
            {
                _hidden[i, j] = Math.Tanh(_hidden[i, j]);
            }
        }

        _scores = AddRow(Multiply(_hidden, w2), b2);
        return _scores;
    }

    public void Backward(int[] labels)
    {
        var (examples, classes) = (_scores.GetLength(0), _scores.GetLength(1));
        var delta = new double[examples, classes];
        for (var i = 0; i < examples; i++)
        {
            var largest = Enumerable.Range(0, classes).Max(j => _scores[i, j]);
            var total = Enumerable.Range(0, classes).Sum(j => Math.Exp(_scores[i, j] - largest));
            for (var j = 0; j < classes; j++)
            {
                delta[i, j] = Math.Exp(_scores[i, j] - largest) / total - (labels[i] == j ? 1 : 0);
            }
        }

        DW2 = Multiply(Transpose(_hidden), delta);
        Db2 = ColumnSums(delta);
        var back = Multiply(delta, Transpose(w2));
        for (var i = 0; i < examples; i++)
        {
            for (var j = 0; j < back.GetLength(1); j++)
            {
                back[i, j] *= 1 - _hidden[i, j] * _hidden[i, j];
            }
        }

        DW1 = Multiply(Transpose(_input), back);
        Db1 = ColumnSums(back);
    }

    private static double[,] Multiply(double[,] a, double[,] b)
    {
        var product = new double[a.GetLength(0), b.GetLength(1)];
        for (var i = 0; i < a.GetLength(0); i++)
        {
            for (var k = 0; k < a.GetLength(1); k++)
            {
                for (var j = 0; j < b.GetLength(1); j++)
                {
                    product[i, j] += a[i, k] * b[k, j];
                }
            }
        }

        return product;
    }

    private static double[,] AddRow(double[,] matrix, double[] row)
    {
        for (var i = 0; i < matrix.GetLength(0); i++)
        {
            for (var j = 0; j < matrix.GetLength(1); j++)
            {
                matrix[i, j] += row[j];
            }
        }

        return matrix;
    }

    private static double[,] Transpose(double[,] matrix)
    {
        var transposed = new double[matrix.GetLength(1), matrix.GetLength(0)];
        for (var i = 0; i < matrix.GetLength(0); i++)
        {
            for (var j = 0; j < matrix.GetLength(1); j++)
            {
                transposed[j, i] = matrix[i, j];
            }
        }

        return transposed;
    }

    private static double[] ColumnSums(double[,] matrix) => [.. Enumerable.Range(0, matrix.GetLength(1))
        .Select(j => Enumerable.Range(0, matrix.GetLength(0)).Sum(i => matrix[i, j]))];
}
