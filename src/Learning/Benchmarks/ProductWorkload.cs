using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>A product of matrices in order, packing and all: [m, k] times [k, n].</summary>
internal sealed class ProductWorkload(string key, int m, int k, int n) : TensorWorkload(key, $"product {m} x {k} x {n}")
{
    private readonly Tensor _left = Data("left", m, k);
    private readonly Tensor _right = Data("right", k, n);

    public override double Operations => 2.0 * m * k * n;

    public override double Step()
    {
        using var product = _left.mm(_right);
        return double.NaN;
    }

    public override IReadOnlyList<double> Check(int steps)
    {
        using var scope = NewDisposeScope();
        var product = _left.mm(_right);
        return [product[0, 0].item<float>(), product[m / 2, n / 3].item<float>(), product[m - 1, n - 1].item<float>()];
    }

    protected override void Dispose(bool disposing)
    {
        _left.Dispose();
        _right.Dispose();
    }
}
