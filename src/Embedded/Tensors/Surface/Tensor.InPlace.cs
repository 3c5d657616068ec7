namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Adds in place.</summary>
        public Tensor add_(Tensor target) => Written(v => Operations.InPlace<AddKernel>("add_", v, target.Value, static (a, b) => Operations.Add(a, b)));

        /// <summary>Adds a number in place.</summary>
        public Tensor add_(Scalar scalar) => Written(v => Operations.InPlace<AddKernel>("add_", v, scalar, Operations.AddScalar));

        /// <summary>Subtracts in place.</summary>
        public Tensor sub_(Tensor target) => Written(v => Operations.InPlace<SubtractKernel>("sub_", v, target.Value, Operations.Subtract));

        /// <summary>Subtracts a number in place.</summary>
        public Tensor sub_(Scalar target) => Written(v => Operations.InPlace<SubtractKernel>("sub_", v, target, Operations.SubtractScalar));

        /// <summary>Multiplies in place.</summary>
        public Tensor mul_(Tensor target) => Written(v => Operations.InPlace<MultiplyKernel>("mul_", v, target.Value, Operations.Multiply));

        /// <summary>Multiplies a number in place.</summary>
        public Tensor mul_(Scalar target) => Written(v => Operations.InPlace<MultiplyKernel>("mul_", v, target, Operations.MultiplyScalar));

        /// <summary>Adds alpha target in place.</summary>
        public Tensor add_(Tensor target, Scalar alpha) => Written(v => Operations.AddScaledInPlace(v, target.Value, alpha));

        /// <summary>Divides in place.</summary>
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Written(v => Operations.InPlace("div_", v, a => Operations.DivideRounded(a, target.Value, rounding_mode)));

        /// <summary>Divides by a number in place.</summary>
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Written(v => Operations.InPlace("div_", v, a => Operations.DivideRounded(a, target, rounding_mode)));

        /// <summary>Writes zeros.</summary>
        public Tensor zero_() => Written(static v => Operations.Fill("zero_", v, 0));

        /// <summary>Writes one number everywhere.</summary>
        public Tensor fill_(Scalar value) => Written(v => Operations.Fill("fill_", v, value));

        /// <summary>Copies the other's elements here, converted and broadcast.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Written(v => Operations.CopyInto(v, source.Value));

        /// <summary>Limits every element to [min, max] in place.</summary>
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Written(v => Operations.InPlace("clamp_", v, a => Operations.Clamp(a, min, max)));

        /// <summary>Negates in place.</summary>
        public Tensor neg_() => Written(static v => Operations.InPlace("neg_", v, Operations.Negate));

        /// <summary>Takes the absolute value in place.</summary>
        public Tensor abs_() => Written(static v => Operations.InPlace("abs_", v, Operations.Absolute));

        /// <summary>Takes the exponential in place.</summary>
        public Tensor exp_() => Written(static v => Operations.InPlace("exp_", v, Operations.Exp));

        /// <summary>Takes the square root in place.</summary>
        public Tensor sqrt_() => Written(static v => Operations.InPlace("sqrt_", v, Operations.Sqrt));

        /// <summary>Takes the hyperbolic tangent in place.</summary>
        public Tensor tanh_() => Written(static v => Operations.InPlace("tanh_", v, Operations.Tanh));

        /// <summary>Takes the sigmoid in place.</summary>
        public Tensor sigmoid_() => Written(static v => Operations.InPlace("sigmoid_", v, Operations.Sigmoid));

        /// <summary>Takes max(x, 0) in place.</summary>
        public Tensor relu_() => Written(static v => Operations.InPlace("relu_", v, Operations.Relu));

        /// <summary>Draws every element uniformly from [from, to).</summary>
        public Tensor uniform_(double from, double to, Generator? generator = null) => Written(v => Operations.Draw("uniform_", v, t => Sampling.Uniform(t, from, to, generator)));

        /// <summary>Draws every element from a normal distribution.</summary>
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) => Written(v => Operations.Draw("normal_", v, t => Sampling.Normal(t, mean, std, generator)));

        /// <summary>Runs a write in place and hands out another handle to the same value, as TorchSharp does.</summary>
        internal Tensor Written(Action<TensorValue> write)
        {
            write(Value);
            return new Tensor(Value.Retain());
        }
    }
}
