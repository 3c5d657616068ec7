namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>First values of parameters, written in place and unrecorded.</summary>
        public static class init
        {
            /// <summary>Which side of the weights scales the draw.</summary>
            public enum FanInOut
            {
                /// <summary>What comes in.</summary>
                FanIn = 0,

                /// <summary>What goes out.</summary>
                FanOut = 1,
            }

            /// <summary>What follows the layer.</summary>
            public enum NonlinearityType
            {
                /// <summary>Nothing.</summary>
                Linear = 0,

                /// <summary>A sigmoid.</summary>
                Sigmoid = 7,

                /// <summary>A hyperbolic tangent.</summary>
                Tanh = 8,

                /// <summary>max(x, 0).</summary>
                ReLU = 9,

                /// <summary>max(x, a x).</summary>
                LeakyReLU = 10,
            }

            /// <summary>How much wider the draw is for what follows: 5/3 for tanh, sqrt(2) for relu, sqrt(2 / (1 + a²)) for a leaky one.</summary>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3.0,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + (param * param))),
                _ => 1,
            };

            /// <summary>How many numbers come into and go out of one unit.</summary>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                var shape = tensor.Value.Shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException($"Fan in and fan out can not be computed for tensor with fewer than 2 dimensions: {Shapes.Text(shape)}", nameof(tensor));
                }

                var field = Shapes.Count(shape.AsSpan(2));
                return (shape[1] * field, shape[0] * field);
            }

            /// <summary>U(low, high).</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null)
            {
                using var unrecorded = no_grad();
                return tensor.uniform_(low, high, generator);
            }

            /// <summary>N(mean, std²).</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null)
            {
                using var unrecorded = no_grad();
                return tensor.normal_(mean, std, generator);
            }

            /// <summary>One number everywhere.</summary>
            public static Tensor constant_(Tensor tensor, Scalar val)
            {
                using var unrecorded = no_grad();
                return tensor.fill_(val);
            }

            /// <summary>Zeros.</summary>
            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0);

            /// <summary>Ones.</summary>
            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);

            /// <summary>U(-b, b) with b = gain sqrt(6 / (in + out)) (Glorot and Bengio 2010).</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>N(0, s²) with s = gain sqrt(2 / (in + out)) (Glorot and Bengio 2010).</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return normal_(tensor, 0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
            }

            /// <summary>U(-b, b) with b = gain sqrt(3 / fan) (He et al. 2015).</summary>
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var bound = Math.Sqrt(3) * KaimingDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>N(0, s²) with s = gain / sqrt(fan) (He et al. 2015).</summary>
            public static Tensor kaiming_normal_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
                => normal_(tensor, 0, KaimingDeviation(tensor, a, mode, nonlinearity));

            /// <summary>Rows (or columns, where there are more rows) that are orthogonal and of length gain (Saxe et al. 2014).</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1)
            {
                var shape = tensor.Value.Shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException($"Only tensors with 2 or more dimensions are supported, got {Shapes.Text(shape)}", nameof(tensor));
                }

                using var unrecorded = no_grad();
                var rows = (int)shape[0];
                var columns = (int)(Shapes.Count(shape) / Math.Max(rows, 1));
                using var draw = TensorValue.Empty(ScalarType.Float64, Math.Max(rows, columns), Math.Min(rows, columns));
                Sampling.Normal(draw, 0, 1, null);
                Orthogonal.Columns(draw.Span<double>(), (int)draw.Shape[0], (int)draw.Shape[1]);
                using var turned = rows < columns ? Operations.Transpose(draw, 0, 1) : draw.Retain();
                using var shaped = Operations.Reshape(turned, shape);
                using var scaled = Operations.MultiplyScalar(shaped, gain);
                Operations.CopyInto(tensor.Value, scaled);
                return tensor.alias();
            }

            private static double KaimingDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var fan = Math.Max(mode == FanInOut.FanIn ? fanIn : fanOut, 1);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(fan);
            }
        }

        /// <summary>Help for training.</summary>
        public static class utils
        {
            /// <summary>Scales all gradients so that their joint norm is at most a limit, and returns the norm that was found.</summary>
            /// <remarks>As PyTorch: the factor is max_norm / (norm + 1e-6), where that is below 1.</remarks>
            public static double clip_grad_norm_(IEnumerable<Modules.Parameter> tensors, double max_norm, double norm_type = 2)
            {
                var parameters = tensors.Where(static p => p.Value.Gradient is not null).ToList();
                var norm = GradientNorm.Of(parameters.ConvertAll(static p => p.Value.Gradient!), norm_type);
                var factor = max_norm / (norm + 1e-6);
                if (!(factor < 1))
                {
                    return norm;
                }

                foreach (var parameter in parameters)
                {
                    var gradient = parameter.Value.Gradient!;
                    using var unrecorded = no_grad();
                    Operations.InPlace<MultiplyKernel>("mul_", gradient, factor, Operations.MultiplyScalar);
                }

                return norm;
            }

            /// <summary>Clamps every number of all gradients to [-clip_value, clip_value].</summary>
            public static void clip_grad_value_(IEnumerable<Modules.Parameter> tensors, double clip_value)
            {
                using var unrecorded = no_grad();
                foreach (var parameter in tensors)
                {
                    if (parameter.Value.Gradient is { } gradient)
                    {
                        Operations.InPlace("clamp_", gradient, value => Operations.Clamp(value, -clip_value, clip_value));
                    }
                }
            }
        }
    }
}
