namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Adds, with broadcasting.</summary>
        public Tensor add(Tensor target) => new(Operations.Add(Value, target.Value));

        /// <summary>Adds, with broadcasting.</summary>
        public Tensor add(Scalar scalar) => new(Operations.AddScalar(Value, scalar));

        /// <summary>Subtracts, with broadcasting.</summary>
        public Tensor sub(Tensor target) => new(Operations.Subtract(Value, target.Value));

        /// <summary>Subtracts, with broadcasting.</summary>
        public Tensor sub(Scalar target) => new(Operations.SubtractScalar(Value, target));

        /// <summary>Multiplies element by element, with broadcasting.</summary>
        public Tensor mul(Tensor target) => new(Operations.Multiply(Value, target.Value));

        /// <summary>Multiplies element by element, with broadcasting.</summary>
        public Tensor mul(Scalar target) => new(Operations.MultiplyScalar(Value, target));

        /// <summary>this + alpha target.</summary>
        public Tensor add(Tensor target, Scalar alpha) => new(Operations.Add(Value, target.Value, alpha));

        /// <summary>Divides, with broadcasting; integers divide to floats.</summary>
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => new(Operations.DivideRounded(Value, target.Value, rounding_mode));

        /// <summary>Divides by a number; integers divide to floats.</summary>
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => new(Operations.DivideRounded(Value, target, rounding_mode));

        /// <summary>Raises every element to a power.</summary>
        public Tensor pow(Scalar exponent) => new(Operations.PowerScalar(Value, exponent));

        /// <summary>Raises every element to its own power.</summary>
        public Tensor pow(Tensor exponent) => new(Operations.Power(Value, exponent.Value));

        /// <summary>The negative.</summary>
        public Tensor neg() => new(Operations.Negate(Value));

        /// <summary>The absolute value.</summary>
        public Tensor abs() => new(Operations.Absolute(Value));

        /// <summary>e to the power of every element.</summary>
        public Tensor exp() => new(Operations.Exp(Value));

        /// <summary>The natural logarithm.</summary>
        public Tensor log() => new(Operations.Log(Value));

        /// <summary>The hyperbolic tangent.</summary>
        public Tensor tanh() => new(Operations.Tanh(Value));

        /// <summary>1 / (1 + exp(-x)).</summary>
        public Tensor sigmoid() => new(Operations.Sigmoid(Value));

        /// <summary>max(x, 0).</summary>
        public Tensor relu() => new(Operations.Relu(Value));

        /// <summary>The square root.</summary>
        public Tensor sqrt() => new(Operations.Sqrt(Value));

        /// <summary>The square.</summary>
        public Tensor square() => new(Operations.Square(Value));

        /// <summary>-1, 0 or 1.</summary>
        public Tensor sign() => new(Operations.Sign(Value));

        /// <summary>Where an element is not a number.</summary>
        public Tensor isnan() => new(Operations.IsNotANumber(Value));

        /// <summary>Where an element is neither infinite nor not-a-number.</summary>
        public Tensor isfinite() => new(Operations.IsFinite(Value));

        /// <summary>Where an element is infinite.</summary>
        public Tensor isinf() => new(Operations.IsInfinite(Value));

        /// <summary>Where an element is zero.</summary>
        public Tensor logical_not() => new(Operations.Not(Value));

        /// <summary>Where both hold.</summary>
        public Tensor logical_and(Tensor other) => new(Elementwise.Compare<AndKernel>("logical_and", Value, other.Value));

        /// <summary>Where one of both holds.</summary>
        public Tensor logical_or(Tensor other) => new(Elementwise.Compare<OrKernel>("logical_or", Value, other.Value));

        /// <summary>Where exactly one of both holds.</summary>
        public Tensor logical_xor(Tensor other) => new(Elementwise.Compare<ExclusiveOrKernel>("logical_xor", Value, other.Value));

        /// <summary>Where an element equals the other.</summary>
        public Tensor eq(Tensor target) => new(Elementwise.Compare<EqualKernel>("eq", Value, target.Value));

        /// <summary>Where an element equals the number.</summary>
        public Tensor eq(Scalar target) => new(Operations.CompareScalar<EqualKernel>("eq", Value, target));

        /// <summary>Where an element differs from the other.</summary>
        public Tensor ne(Tensor target) => new(Elementwise.Compare<NotEqualKernel>("ne", Value, target.Value));

        /// <summary>Where an element differs from the number.</summary>
        public Tensor ne(Scalar target) => new(Operations.CompareScalar<NotEqualKernel>("ne", Value, target));

        /// <summary>Where an element is less than the other.</summary>
        public Tensor lt(Tensor target) => new(Elementwise.Compare<LessKernel>("lt", Value, target.Value));

        /// <summary>Where an element is less than the number.</summary>
        public Tensor lt(Scalar target) => new(Operations.CompareScalar<LessKernel>("lt", Value, target));

        /// <summary>Where an element is at most the other.</summary>
        public Tensor le(Tensor target) => new(Elementwise.Compare<LessEqualKernel>("le", Value, target.Value));

        /// <summary>Where an element is at most the number.</summary>
        public Tensor le(Scalar target) => new(Operations.CompareScalar<LessEqualKernel>("le", Value, target));

        /// <summary>Where an element is greater than the other.</summary>
        public Tensor gt(Tensor target) => new(Elementwise.Compare<GreaterKernel>("gt", Value, target.Value));

        /// <summary>Where an element is greater than the number.</summary>
        public Tensor gt(Scalar target) => new(Operations.CompareScalar<GreaterKernel>("gt", Value, target));

        /// <summary>Where an element is at least the other.</summary>
        public Tensor ge(Tensor target) => new(Elementwise.Compare<GreaterEqualKernel>("ge", Value, target.Value));

        /// <summary>Where an element is at least the number.</summary>
        public Tensor ge(Scalar target) => new(Operations.CompareScalar<GreaterEqualKernel>("ge", Value, target));

        /// <summary>The larger of two elements; not-a-number wins.</summary>
        public Tensor maximum(Tensor other) => new(Operations.Maximum(Value, other.Value));

        /// <summary>The smaller of two elements; not-a-number wins.</summary>
        public Tensor minimum(Tensor other) => new(Operations.Minimum(Value, other.Value));

        /// <summary>Limits every element to [min, max].</summary>
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => new(Operations.Clamp(Value, min, max));

        /// <summary>Raises every element to at least min.</summary>
        public Tensor clamp_min(Scalar min) => new(Operations.Clamp(Value, min, null));

        /// <summary>Lowers every element to at most max.</summary>
        public Tensor clamp_max(Scalar max) => new(Operations.Clamp(Value, null, max));

        /// <summary>This where the condition holds, y elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => new(Operations.Where(condition.Value, Value, y.Value));

        /// <summary>The number where the mask holds, this elsewhere.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) => new(Operations.MaskedFill(Value, mask.Value, value));

        /// <summary>Whether every element is close to the other's: abs(a - b) at most atol + rtol abs(b).</summary>
        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) => Operations.AllClose(Value, target.Value, rtol, atol, equal_nan);
    }
}
