namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>How the losses of a batch become one number.</summary>
        public enum Reduction : long
        {
            /// <summary>They stay apart.</summary>
            None = 0,

            /// <summary>Their mean.</summary>
            Mean = 1,

            /// <summary>Their sum.</summary>
            Sum = 2,
        }

        /// <summary>Layers and losses without parameters of their own.</summary>
        public static partial class functional
        {
            /// <summary>x Wᵀ + b, with weights [out, in].</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => new(Operations.Linear(input.Value, weights.Value, bias?.Value));

            /// <summary>max(x, 0).</summary>
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            /// <summary>The hyperbolic tangent.</summary>
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();

            /// <summary>1 / (1 + exp(-x)).</summary>
            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            /// <summary>exp(x) / sum exp(x) along a dimension.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            /// <summary>The logarithm of softmax along a dimension.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            /// <summary>Ones at the labels, [..., num_classes] of longs; -1 takes the largest label plus one.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => new(Operations.OneHot(x.Value, num_classes));

            /// <summary>(input - target)².</summary>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
                => new(Operations.MeanSquaredError(input.Value, target.Value, reduction));

            /// <summary>(input - target)² / (2 beta) up to a difference of beta, and |input - target| - beta / 2 beyond.</summary>
            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1)
                => new(Operations.SmoothL1(input.Value, target.Value, reduction, beta));

            /// <summary>-log p of the labels, from log probabilities [N, C] (or [N, C, ...]) and labels [N].</summary>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean)
                => new(Operations.NegativeLogLikelihood(input.Value, target.Value, weight?.Value, ignored: null, reduction));

            /// <summary>-log softmax of the labels, from scores [N, C] and labels [N] (or probabilities [N, C]).</summary>
            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0)
                => new(Operations.CrossEntropy(input.Value, target.Value, weight?.Value, ignore_index, reduction, label_smoothing));

            /// <summary>-(y log s(x) + (1 - y) log(1 - s(x))) with s the sigmoid, without overflow.</summary>
            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null)
                => new(Operations.BinaryCrossEntropyWithLogits(input.Value, target.Value, weight?.Value, pos_weights?.Value, reduction));
        }
    }
}
