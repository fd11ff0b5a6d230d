using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Sizes, shapes and stacks of tensors: what they are called, where an entry stands, what is refused.</summary>
[Category("Quick")]
public sealed class SizesTests
{
    [TestCase(new int[0], "scalar", 1, 1, 1)]
    [TestCase(new[] { 3 }, "3", 3, 1, 3)]
    [TestCase(new[] { 2, 3 }, "2×3", 6, 2, 3)]
    [TestCase(new[] { 4, 2, 3 }, "4×2×3", 24, 2, 3)]
    public void Sizes_have_a_name_a_length_and_the_rows_and_columns_of_their_last_axes(
        int[] of, string name, int length, int rows, int columns)
    {
        var sizes = new Sizes(of);

        Assert.That(
            (sizes.ToString(), sizes.Count, sizes.Length, sizes.Rows, sizes.Columns, sizes.AllRows),
            Is.EqualTo((name, of.Length, length, rows, columns, length / columns)));
        Assert.That(sizes.Batched(7), Is.EqualTo(of.Select(s => (long)s).Prepend(7)));
        Assert.That(sizes, Is.EqualTo(of));
        Assert.That((sizes.Equals(new Sizes([.. of])), sizes.Equals(new Sizes([.. of, 1]))), Is.EqualTo((true, false)));
    }

    [Test]
    public void An_entry_has_its_index_on_every_axis_the_last_running_fastest()
    {
        var sizes = new Sizes(4, 2, 3);
        var at = 0;
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 2; j++)
            {
                for (var k = 0; k < 3; k++, at++)
                {
                    Assert.That(sizes.IndexOf(at), Is.EqualTo(new[] { i, j, k }));
                    Assert.That(sizes.PlaceOf(at), Is.EqualTo($"[{i},{j},{k}]"));
                }
            }

            Assert.That(sizes.PanelOf(i), Is.EqualTo($"[{i},:,:]"));
        }

        Assert.That(new Sizes(2, 3).PanelOf(0), Is.Empty, "a matrix is one panel");
        Assert.That(new Sizes(2, 2, 5, 3).PanelOf(3), Is.EqualTo("[1,1,:,:]"));
    }

    [TestCase(0, 1, 6)]
    [TestCase(1, 4, 3)]
    [TestCase(2, 8, 1)]
    public void What_stands_before_and_behind_an_axis_is_counted_without_it(int axis, int before, int behind)
    {
        var sizes = new Sizes(4, 2, 3);

        Assert.That((sizes.Before(axis), sizes.Behind(axis)), Is.EqualTo((before, behind)));
        Assert.That(sizes.With(axis, 9)[axis], Is.EqualTo(9));
        Assert.That(sizes.With(axis, 9).Length, Is.EqualTo(before * behind * 9));
        Assert.That(sizes.ToString(), Is.EqualTo("4×2×3"), "the others stay");
    }

    [TestCase(0)]
    [TestCase(3, 0)]
    [TestCase(0, 3)]
    [TestCase(-1, -1)]
    [TestCase(1 << 16, 1 << 15)]                   // 2³¹
    [TestCase(1 << 16, 1 << 16, 1 << 16, 1 << 16)] // 2⁶⁴, which is 0 in 64 bits
    public void A_tensor_without_entries_or_with_more_than_an_array_has_is_refused(params int[] sizes) =>
        Assert.That(
            () => new Sizes(sizes),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contain(
                $"A tensor cannot be {string.Join('×', sizes)}: every size is from 1 up"));

    [Test]
    public void The_longest_tensor_is_an_array() =>
        Assert.That(new Sizes(int.MaxValue, 1).Length, Is.EqualTo(int.MaxValue));

    [TestCase("n", 1, null)]
    [TestCase("_n1", 1024, null)]
    [TestCase("n", 0, "Size n=0 is out of range: a size is a whole number from 1 to 1024.")]
    [TestCase("n", 1025, "Size n=1025 is out of range: a size is a whole number from 1 to 1024.")]
    [TestCase("1n", 2, "\"1n\" is no name of a dimension")]
    [TestCase("n-m", 2, "\"n-m\" is no name of a dimension")]
    [TestCase("-n", 2, "\"-n\" is no name of a dimension")]
    [TestCase("", 2, "\"\" is no name of a dimension")]
    [TestCase("B", 2, "Dimension B is given twice")]
    public void A_shape_has_names_and_sizes_that_a_case_can_say(string name, int size, string? refused)
    {
        Shape Make() => new(("B", 2), (name, size));

        if (refused is null)
        {
            Assert.That((Make()[name], Make()["B"], Make().ToString()), Is.EqualTo((size, 2, $"B=2 {name}={size}")));
        }
        else
        {
            Assert.That(Make, Throws.TypeOf<BadInputException>().With.Message.StartsWith(refused));
        }
    }

    [Test]
    public void Shapes_are_equal_where_names_and_sizes_are_in_order()
    {
        Shape shape = new(("n", 2), ("B", 3)), same = new(("n", 2), ("B", 3));

        Assert.That((shape.Equals(same), shape.GetHashCode() == same.GetHashCode()), Is.EqualTo((true, true)));
        Assert.That(shape, Is.Not.EqualTo(new Shape(("n", 2), ("B", 4))).And.Not.EqualTo(new Shape(("B", 3), ("n", 2))));
        Assert.That(
            () => shape["b"],
            Throws.TypeOf<BadInputException>().With.Message.EqualTo(
                "b is no dimension of this network: did you mean B? It has n, B."));
        Assert.That(
            () => shape["quantity"],
            Throws.TypeOf<BadInputException>().With.Message.EqualTo(
                "quantity is no dimension of this network: it has n, B."));
    }

    [Test]
    public void A_stack_has_its_tensors_one_after_the_other_and_row_after_row()
    {
        var stack = new TensorStack("W", 2, new Sizes(2, 3), [.. Enumerable.Range(0, 12).Select(i => (double)i)]);
        var second = Matrix<double>.Build.DenseOfArray(new double[,] { { 6, 7, 8 }, { 9, 10, 11 } });

        Assert.That(stack.ToMatrix<double>(1), Is.EqualTo(second));
        Assert.That(stack.Alone(1).Values, Is.EqualTo(new double[] { 6, 7, 8, 9, 10, 11 }));
        foreach (var matrix in new[] { second * 2, (second.Transpose() * 2).Transpose() })
        {
            stack.Write(0, matrix);
            Assert.That(stack[0].ToArray(), Is.EqualTo(new double[] { 12, 14, 16, 18, 20, 22 }));
            Assert.That(stack[1].ToArray(), Is.EqualTo(new double[] { 6, 7, 8, 9, 10, 11 }), "the other stays");
        }
    }

    [Test]
    public void A_stack_of_other_numbers_than_it_has_room_for_is_refused_and_more_than_a_matrix_is_none()
    {
        Assert.That(
            () => new TensorStack("W", 2, new Sizes(2, 3), new double[6]),
            Throws.ArgumentException.With.Message.StartsWith("W has 6 entries; 2 tensors of 2×3 need 12."));
        Assert.That(
            () => new TensorStack("W", 1, new Sizes(2, 3, 1)).ToMatrix<double>(0),
            Throws.InvalidOperationException.With.Message.StartsWith("W is 2×3×1 and no matrix"));
        Assert.That(new TensorStack("W", 1, new Sizes(3)).ToMatrix<double>(0).ColumnCount, Is.EqualTo(3));
    }
}
