namespace TorchSharp;

public static partial class torch
{
    /// <summary>input + weight (end - input), with broadcasting.</summary>
    public static Tensor lerp(Tensor input, Tensor end, Tensor weight) => input.lerp(end, weight);

    /// <summary>The products of two batches of matrices, [batch, m, k] and [batch, k, n].</summary>
    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);

    public partial class Tensor
    {
        /// <summary>x Φ(x) with Φ the normal distribution's share below x: the exact GELU.</summary>
        public Tensor gelu() => new(Operations.Gelu(Value));

        /// <summary>log(1 + exp(beta x)) / beta; x itself where beta x is beyond the threshold.</summary>
        public Tensor softplus(double beta = 1, double threshold = 20) => new(Operations.Softplus(Value, beta, threshold));

        /// <summary>x where it is above 0 and negative_slope x elsewhere.</summary>
        public Tensor leaky_relu(Scalar negative_slope) => new(Operations.LeakyRelu(Value, negative_slope.As<double>()));

        /// <summary>this + weight (end - this), with broadcasting.</summary>
        public Tensor lerp(Tensor end, Tensor weight) => new(Operations.Interpolate(Value, end.Value, weight.Value));

        /// <summary>this + weight (end - this), written over this.</summary>
        public Tensor lerp_(Tensor end, Tensor weight) => Written(v => Operations.InPlace("lerp_", v, start => Operations.Interpolate(start, end.Value, weight.Value)));
    }
}
