using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery.Sequences;

/// <summary>One head of causal attention, rows being positions: its forward, kept for the way back.</summary>
internal sealed class Head
{
    private readonly Matrix<double> _X, _Wq, _Wk, _Wv, _Q, _K, _V, _P;
    private readonly double _scale;

    /// <param name="X">The positions, T×d.</param>
    /// <param name="Wq">What makes queries of them, d×h.</param>
    /// <param name="Wk">What makes keys of them, d×h.</param>
    /// <param name="Wv">What makes values of them, d×h.</param>
    public Head(Matrix<double> X, Matrix<double> Wq, Matrix<double> Wk, Matrix<double> Wv)
    {
        (_X, _Wq, _Wk, _Wv, _scale) = (X, Wq, Wk, Wv, 1 / Math.Sqrt(Wq.ColumnCount));
        (_Q, _K, _V) = (X * Wq, X * Wk, X * Wv);                       // [T×h]
        // [T×T], each row sums to 1, 0 above the diagonal
        _P = (_scale * _Q.TransposeAndMultiply(_K)).Causal().Softmax();
        Y = _P * _V;                                                   // [T×h]
    }

    /// <summary>What comes out, T×h.</summary>
    public Matrix<double> Y { get; }

    /// <summary>The gradients of all that goes in, of that of what comes out.</summary>
    /// <param name="G">∂L/∂Y, T×h.</param>
    /// <param name="slip">What goes wrong.</param>
    public (Matrix<double> X, Matrix<double> Wq, Matrix<double> Wk, Matrix<double> Wv) Backward(
        Matrix<double> G, Slip slip = Slip.None)
    {
        var P = slip == Slip.Mask ? (_scale * _Q.TransposeAndMultiply(_K)).Softmax() : _P;
        var scale = slip == Slip.Scale ? 1 : _scale;

        var dV = P.TransposeThisAndMultiply(G);                        // [T×h]
        var dP = G.TransposeAndMultiply(_V);                           // [T×T]
        var dots = slip == Slip.Flash ? G.DotsOfRows(Y) : P.DotsOfRows(dP); // Σ_j P_ij dP_ij, T×1
        var dS = slip == Slip.Diagonal
            ? P.PointwiseMultiply(1 - P).PointwiseMultiply(dP)
            : P.PointwiseMultiply(dP.LessColumn(dots));                // 0 above the diagonal, as P is
        var (dQ, dK) = (scale * dS * _K, scale * dS.TransposeThisAndMultiply(_Q)); // [T×h]
        (dQ, dK) = slip == Slip.Exchanged ? (dK, dQ) : (dQ, dK);

        return (
            // X is used three times
            dQ.TransposeAndMultiply(_Wq) + dK.TransposeAndMultiply(_Wk) + dV.TransposeAndMultiply(_Wv),
            _X.TransposeThisAndMultiply(dQ),
            _X.TransposeThisAndMultiply(dK),
            _X.TransposeThisAndMultiply(dV));
    }

    /// <summary>What goes wrong on the way back.</summary>
    internal enum Slip
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>Nothing: Σ_j P_ij dP_ij is taken as Σ_k G_ik Y_ik.</summary>
        Flash,

        /// <summary>1/√h is left out.</summary>
        Scale,

        /// <summary>Of the softmax's Jacobian the diagonal alone is left.</summary>
        Diagonal,

        /// <summary>The softmax is computed again, without the mask.</summary>
        Mask,

        /// <summary>The gradients of queries and keys are taken for each other.</summary>
        Exchanged,
    }
}
