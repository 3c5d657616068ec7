using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>x Φ(x): the exact GELU.</summary>
    public sealed class GELU : ParameterLessModule<Tensor, Tensor>
    {
        internal GELU(bool inplace)
            : base(nameof(GELU))
        {
            this.inplace = inplace;
        }

        /// <summary>Whether it writes over its input.</summary>
        public bool inplace { get; set; }

        /// <summary>x Φ(x).</summary>
        public override Tensor forward(Tensor tensor) => functional.gelu(tensor, inplace);
    }

    /// <summary>log(1 + exp(beta x)) / beta.</summary>
    public sealed class Softplus : ParameterLessModule<Tensor, Tensor>
    {
        internal Softplus(double beta, double threshold)
            : base(nameof(Softplus))
        {
            this.beta = beta;
            this.threshold = threshold;
        }

        /// <summary>How sharp the bend is.</summary>
        public double beta { get; set; }

        /// <summary>Beyond this beta x the function is x.</summary>
        public double threshold { get; set; }

        /// <summary>log(1 + exp(beta x)) / beta.</summary>
        public override Tensor forward(Tensor tensor) => tensor.softplus(beta, threshold);
    }

    /// <summary>x where it is above 0, and a share of it elsewhere.</summary>
    public sealed class LeakyReLU : ParameterLessModule<Tensor, Tensor>
    {
        internal LeakyReLU(double negative_slope, bool inplace)
            : base(nameof(LeakyReLU))
        {
            this.negative_slope = negative_slope;
            this.inplace = inplace;
        }

        /// <summary>The share.</summary>
        public double negative_slope { get; set; }

        /// <summary>Whether it writes over its input.</summary>
        public bool inplace { get; set; }

        /// <summary>x where it is above 0, and a share of it elsewhere.</summary>
        public override Tensor forward(Tensor tensor) => functional.leaky_relu(tensor, negative_slope, inplace);
    }

    /// <summary>Drops elements by chance while training.</summary>
    public sealed class Dropout : ParameterLessModule<Tensor, Tensor>
    {
        internal Dropout(double p, bool inplace)
            : base(nameof(Dropout))
        {
            Operations.CheckChance("dropout", p);
            this.p = p;
            this.inplace = inplace;
        }

        /// <summary>The chance of an element to be dropped, in [0, 1].</summary>
        public double p { get; set; }

        /// <summary>Whether it writes over its input.</summary>
        public bool inplace { get; set; }

        /// <summary>Some elements 0 and the others divided by 1 - p in training mode; the input in evaluation mode.</summary>
        public override Tensor forward(Tensor tensor) => functional.dropout(tensor, p, training, inplace);
    }

    /// <summary>Makes one dimension of some.</summary>
    public sealed class Flatten : ParameterLessModule<Tensor, Tensor>
    {
        internal Flatten(long start_dim, long end_dim)
            : base(nameof(Flatten))
        {
            this.start_dim = start_dim;
            this.end_dim = end_dim;
        }

        /// <summary>The first of them.</summary>
        public long start_dim { get; set; }

        /// <summary>The last of them.</summary>
        public long end_dim { get; set; }

        /// <summary>The same numbers with those dimensions as one.</summary>
        public override Tensor forward(Tensor input) => input.flatten(start_dim, end_dim);
    }

    /// <summary>The largest number under each place of a window over images [batch, channels, height, width].</summary>
    public sealed class MaxPool2d : ParameterLessModule<Tensor, Tensor>
    {
        internal MaxPool2d(long[] kernel_size, long[]? stride, long[]? padding, long[]? dilation, bool ceil_mode)
            : base(nameof(MaxPool2d))
        {
            this.kernel_size = kernel_size;
            this.stride = stride ?? kernel_size;
            this.padding = padding ?? [0, 0];
            this.dilation = dilation ?? [1, 1];
            this.ceil_mode = ceil_mode;
        }

        /// <summary>The window's height and width.</summary>
        public long[] kernel_size { get; set; }

        /// <summary>Steps between windows.</summary>
        public long[] stride { get; set; }

        /// <summary>A border that never is the largest.</summary>
        public long[] padding { get; set; }

        /// <summary>Steps between numbers of a window.</summary>
        public long[] dilation { get; set; }

        /// <summary>Whether windows may reach beyond the image.</summary>
        public bool ceil_mode { get; set; }

        /// <summary>The largest number under each place.</summary>
        public override Tensor forward(Tensor input) => functional.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The exact GELU.</summary>
            public static GELU GELU() => new(inplace: false);

            /// <summary>The exact GELU.</summary>
            public static GELU GELU(bool inplace) => new(inplace);

            /// <summary>log(1 + exp(beta x)) / beta.</summary>
            public static Softplus Softplus(double beta = 1, double threshold = 20) => new(beta, threshold);

            /// <summary>x where it is above 0, and a share of it elsewhere.</summary>
            public static LeakyReLU LeakyReLU(double negative_slope = 0.01, bool inplace = false) => new(negative_slope, inplace);

            /// <summary>Drops elements by chance while training.</summary>
            public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);

            /// <summary>Makes one dimension of some; by default of all but the first.</summary>
            public static Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);

            /// <summary>The largest number under each place of a square window.</summary>
            public static MaxPool2d MaxPool2d(long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false)
                => new([kernel_size, kernel_size], Pair(stride), Pair(padding), Pair(dilation), ceil_mode);

            /// <summary>The largest number under each place of a window.</summary>
            public static MaxPool2d MaxPool2d(
                (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null, bool ceil_mode = false)
                => new(Pair(kernel_size)!, Pair(stride), Pair(padding), Pair(dilation), ceil_mode);

            private static long[]? Pair(long? size) => size is { } given ? [given, given] : null;

            private static long[]? Pair((long, long)? sizes) => sizes is { } given ? [given.Item1, given.Item2] : null;
        }
    }
}
