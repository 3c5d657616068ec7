using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        /// <summary>Probability distributions.</summary>
        public static partial class distributions
        {
            /// <summary>A choice among the last dimension, by weights or by unnormalised log probabilities.</summary>
            public static Categorical Categorical(Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(probs, logits, generator);

            /// <summary>Something to draw from.</summary>
            public abstract class Distribution : IDisposable
            {
                internal Distribution(Generator? generator)
                {
                    this.generator = generator;
                }

                /// <summary>The shape of independent distributions.</summary>
                public Size batch_shape { get; set; }

                /// <summary>The shape of one draw.</summary>
                public Size event_shape { get; set; }

                /// <summary>The mean of what is drawn.</summary>
                /// <exception cref="NotSupportedException">The managed engine has none for this distribution.</exception>
                public virtual Tensor mean => throw Lacks(nameof(mean));

                /// <summary>What is drawn most often.</summary>
                /// <exception cref="NotSupportedException">The managed engine has none for this distribution.</exception>
                public virtual Tensor mode => throw Lacks(nameof(mode));

                /// <summary>The variance of what is drawn.</summary>
                /// <exception cref="NotSupportedException">The managed engine has none for this distribution.</exception>
                public virtual Tensor variance => throw Lacks(nameof(variance));

                /// <summary>The standard deviation of what is drawn.</summary>
                /// <exception cref="NotSupportedException">The managed engine has none for this distribution.</exception>
                public virtual Tensor stddev
                {
                    get
                    {
                        using var squares = variance;
                        return squares.sqrt();
                    }
                }

                /// <summary>Draws, without a gradient: [sample_shape, batch_shape, event_shape].</summary>
                public virtual Tensor sample(params long[] sample_shape)
                {
                    using var unrecorded = no_grad();
                    return rsample(sample_shape);
                }

                /// <summary>Draws, with a gradient where the distribution has one.</summary>
                public abstract Tensor rsample(params long[] sample_shape);

                /// <summary>The logarithm of the probability of a value.</summary>
                public abstract Tensor log_prob(Tensor value);

                /// <summary>The entropy, in nats.</summary>
                public abstract Tensor entropy();

                /// <summary>Disposes the parameters that the distribution made.</summary>
                public void Dispose()
                {
                    Dispose(disposing: true);
                    GC.SuppressFinalize(this);
                }

                /// <summary>For types that derive.</summary>
                protected virtual void Dispose(bool disposing)
                {
                }

                private NotSupportedException Lacks(string name) => new($"{GetType().Name}: the managed engine has no {name}");

                /// <summary>Where the draws come from; the default generator where null.</summary>
                protected readonly Generator? generator;
            }
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>A choice among the last dimension.</summary>
    public class Categorical : distributions.Distribution
    {
        private readonly Tensor? _probs;
        private readonly Tensor? _logits;

        /// <summary>By weights, or by unnormalised log probabilities: exactly one of them.</summary>
        public Categorical(Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
            : base(generator)
        {
            if (probs is null == logits is null)
            {
                throw new ArgumentException("Either 'probs' or 'logits' must be specified, but not both.", nameof(probs));
            }

            var parameter = (probs ?? logits)!;
            if (parameter.ndim < 1)
            {
                throw new ArgumentException($"Categorical: parameters must be at least one-dimensional, got {Shapes.Text(parameter.Value.Shape)}", nameof(probs));
            }

            using var sum = probs?.sum([-1], keepdim: true);
            _probs = probs?.div(sum!).DetachFromDisposeScope();
            _logits = logits?.log_softmax(-1).DetachFromDisposeScope();
            batch_shape = parameter.Value.Shape[..^1];
            event_shape = Size.Empty;
        }

        /// <summary>The probabilities.</summary>
        public Tensor probs => _probs ?? _logits!.softmax(-1);

        /// <summary>The log probabilities.</summary>
        public Tensor logits
        {
            get
            {
                if (_logits is not null)
                {
                    return _logits;
                }

                using var clamped = _probs!.clamp(Epsilon, 1 - Epsilon);
                return clamped.log();
            }
        }

        /// <summary>The shape of the parameters.</summary>
        public long[] param_shape => (_probs ?? _logits)!.shape;

        private double Epsilon => _probs!.dtype == ScalarType.Float32 ? 1.1920928955078125E-07 : double.Epsilon;

        /// <summary>Draws positions of the last dimension, as longs.</summary>
        public override Tensor rsample(params long[] sample_shape)
        {
            var shape = param_shape;
            using var exponentials = _probs is null ? _logits!.exp() : null;
            using var rows = (_probs ?? exponentials!).reshape(-1, shape[^1]);
            using var drawn = rows.multinomial(Shapes.Count(sample_shape), replacement: true, generator);
            using var turned = drawn.t();
            return turned.reshape([.. sample_shape, .. shape[..^1]]);
        }

        /// <summary>The log probability of positions, [..., batch_shape].</summary>
        public override Tensor log_prob(Tensor value)
        {
            var logs = logits;
            using var positions = value.to_type(ScalarType.Int64);
            using var column = positions.unsqueeze(-1);
            var shape = Shapes.Broadcast("log_prob", column.Value.Shape.AsSpan(0, (int)column.ndim - 1), logs.Value.Shape.AsSpan(0, (int)logs.ndim - 1));
            using var wide = logs.expand([.. shape, logs.Value.Shape[^1]]);
            using var index = column.expand([.. shape, 1]);
            using var picked = wide.gather(-1, index);
            Forget(logs);
            return picked.squeeze(-1);
        }

        /// <summary>-Σ p log p.</summary>
        public override Tensor entropy()
        {
            var logs = logits;
            var chances = probs;
            using var finite = logs.clamp_min(float.MinValue);
            using var products = finite.mul(chances);
            using var sum = products.sum([-1]);
            Forget(logs);
            Forget(chances);
            return sum.neg();
        }

        /// <summary>Disposes the parameters that the distribution made.</summary>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _probs?.Dispose();
                _logits?.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Forget(Tensor tensor)
        {
            if (!ReferenceEquals(tensor, _probs) && !ReferenceEquals(tensor, _logits))
            {
                tensor.Dispose();
            }
        }
    }
}
