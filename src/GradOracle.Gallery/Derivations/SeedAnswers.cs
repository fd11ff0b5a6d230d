using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>An answer that was given to the question: it says what ∂Wx is; the other gradients follow from its
/// ∂L/∂H1.</summary>
/// <remarks>The forward is the question's; every answer is right about ∂L/∂H2 = Wyᵀ G.</remarks>
internal abstract class SeedAnswer() : MatrixDerivation(new TwoInputNetwork())
{
    /// <summary>∂L/∂H1 as the answer has it.</summary>
    protected virtual Matrix<T> D1<T>(Matrix<T> Wx, Matrix<T> Wh, Matrix<T> D2)
        where T : struct, INumberBase<T> => Wh.TransposeThisAndMultiply(D2);

    /// <summary>∂L/∂Wx as the answer has it.</summary>
    protected abstract Matrix<T> GradientOfWx<T>(Matrix<T> Wh, Matrix<T> X1, Matrix<T> X2, Matrix<T> D1, Matrix<T> D2)
        where T : struct, INumberBase<T>;

    /// <inheritdoc/>
    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (Wx, Wh, Wy, X1, X2) = (x["Wx"], x["Wh"], x["Wy"], x["X1"], x["X2"]);
        var H1 = Wx * X1;
        var H2 = Wh * H1 + Wx * X2;
        var G = x.OutputGradient(Wy * H2);
        var D2 = Wy.TransposeThisAndMultiply(G);
        var D1 = D1<T>(Wx, Wh, D2);
        return new()
        {
            ["Wx"] = GradientOfWx(Wh, X1, X2, D1, D2),
            ["Wh"] = D2.TransposeAndMultiply(H1),
            ["Wy"] = G.TransposeAndMultiply(H2),
            ["X1"] = Wx.TransposeThisAndMultiply(D1),
            ["X2"] = Wx.TransposeThisAndMultiply(D2),
        };
    }
}

/// <summary>The first answer: ∂(Wh Wx X1)/∂Wx = Whᵀ X1ᵀ, put where the question's chain rule has it.</summary>
internal sealed class Answer1 : SeedAnswer
{
    /// <inheritdoc/>
    public override string Name => "answer-1";

    /// <inheritdoc/>
    public override string Summary => "∂Wx = D2 (Whᵀ X1ᵀ + X2ᵀ)";

    /// <inheritdoc/>
    protected override Matrix<T> GradientOfWx<T>(
        Matrix<T> Wh, Matrix<T> X1, Matrix<T> X2, Matrix<T> D1, Matrix<T> D2) =>
        D2 * (Wh.Transpose() * X1.Transpose() + X2.Transpose());
}

/// <summary>The first answer with its factors in the only order that can be multiplied.</summary>
internal sealed class Answer1Corrected : SeedAnswer
{
    /// <inheritdoc/>
    public override string Name => "answer-1-corrected";

    /// <inheritdoc/>
    public override string Summary => "∂Wx = Whᵀ D2 X1ᵀ + D2 X2ᵀ";

    /// <inheritdoc/>
    protected override Matrix<T> GradientOfWx<T>(
        Matrix<T> Wh, Matrix<T> X1, Matrix<T> X2, Matrix<T> D1, Matrix<T> D2) =>
        Wh.Transpose() * D2 * X1.Transpose() + D2 * X2.Transpose();
}

/// <summary>The second answer: row by row, with Wx_kj where Wh_kj belongs.</summary>
internal sealed class Answer2 : SeedAnswer
{
    /// <inheritdoc/>
    public override string Name => "answer-2";

    /// <inheritdoc/>
    public override string Summary => "∂L/∂H1_j = Σ_k ∂L/∂H2_k Wx_kj, so D1 = Wxᵀ D2";

    /// <inheritdoc/>
    protected override Matrix<T> D1<T>(Matrix<T> Wx, Matrix<T> Wh, Matrix<T> D2) => Wx.TransposeThisAndMultiply(D2);

    /// <inheritdoc/>
    protected override Matrix<T> GradientOfWx<T>(
        Matrix<T> Wh, Matrix<T> X1, Matrix<T> X2, Matrix<T> D1, Matrix<T> D2) =>
        D1 * X1.Transpose() + D2 * X2.Transpose();
}

/// <summary>The second answer with Wh_kj where it belongs.</summary>
internal sealed class Answer2Corrected : SeedAnswer
{
    /// <inheritdoc/>
    public override string Name => "answer-2-corrected";

    /// <inheritdoc/>
    public override string Summary => "∂L/∂H1_j = Σ_k ∂L/∂H2_k Wh_kj, so D1 = Whᵀ D2";

    /// <inheritdoc/>
    protected override Matrix<T> GradientOfWx<T>(
        Matrix<T> Wh, Matrix<T> X1, Matrix<T> X2, Matrix<T> D1, Matrix<T> D2) =>
        D1 * X1.Transpose() + D2 * X2.Transpose();
}

/// <summary>The third answer: ∂(Wh Wx X1)/∂Wx = Wh X1, by the product rule.</summary>
internal sealed class Answer3 : SeedAnswer
{
    /// <inheritdoc/>
    public override string Name => "answer-3";

    /// <inheritdoc/>
    public override string Summary => "∂Wx = D2 (Wh X1)ᵀ + D2 X2ᵀ";

    /// <inheritdoc/>
    protected override Matrix<T> GradientOfWx<T>(
        Matrix<T> Wh, Matrix<T> X1, Matrix<T> X2, Matrix<T> D1, Matrix<T> D2) =>
        D2 * (Wh * X1).Transpose() + D2 * X2.Transpose();
}

/// <summary>The third answer with Wh on the left of Wx, where the forward has it, and so Whᵀ on the left of the
/// adjoint.</summary>
internal sealed class Answer3Corrected : SeedAnswer
{
    /// <inheritdoc/>
    public override string Name => "answer-3-corrected";

    /// <inheritdoc/>
    public override string Summary => "∂Wx = Whᵀ (D2 X1ᵀ) + D2 X2ᵀ";

    /// <inheritdoc/>
    protected override Matrix<T> GradientOfWx<T>(
        Matrix<T> Wh, Matrix<T> X1, Matrix<T> X2, Matrix<T> D1, Matrix<T> D2) =>
        Wh.Transpose() * (D2 * X1.Transpose()) + D2 * X2.Transpose();
}
