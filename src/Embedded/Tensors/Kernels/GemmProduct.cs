namespace TorchSharp;

/// <summary>One product to be done: result[m, n] = left[m, k] right[k, n] on top of a bias row, or added to what is there.</summary>
internal readonly unsafe struct GemmProduct(
    float* left, MatrixLayout leftLayout, float* right, MatrixLayout rightLayout, float* result, nint stride, int m, int n, int k, float* bias, bool accumulates)
{
    internal float* Left { get; init; } = left;

    internal MatrixLayout LeftLayout { get; } = leftLayout;

    internal float* Right { get; init; } = right;

    internal MatrixLayout RightLayout { get; } = rightLayout;

    internal float* Result { get; init; } = result;

    /// <summary>Floats between two rows of the result.</summary>
    internal nint Stride { get; } = stride;

    internal int M { get; init; } = m;

    internal int N { get; init; } = n;

    internal int K { get; init; } = k;

    /// <summary>[n], or null.</summary>
    internal float* Bias { get; init; } = bias;

    internal bool Accumulates { get; init; } = accumulates;
}
