using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>1 by chance and else 0: by probabilities or by their log odds, exactly one of them.</summary>
            public static Bernoulli Bernoulli(Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(probs, logits, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Independent choices between 0 and 1.</summary>
    public class Bernoulli : distributions.Distribution
    {
        private readonly Tensor? _probs;
        private readonly Tensor? _logits;

        /// <summary>By probabilities or by log odds: exactly one of them.</summary>
        public Bernoulli(Tensor? p = null, Tensor? l = null, Generator? generator = null)
            : base(generator)
        {
            if (p is null == l is null)
            {
                throw new ArgumentException("Either 'probs' or 'logits' must be specified, but not both.", nameof(p));
            }

            _probs = p?.alias().DetachFromDisposeScope();
            _logits = l?.alias().DetachFromDisposeScope();
            batch_shape = (p ?? l)!.Value.Shape;
            event_shape = Size.Empty;
        }

        /// <summary>The probabilities of 1.</summary>
        public Tensor probs => _probs ?? _logits!.sigmoid();

        /// <summary>The log odds of 1.</summary>
        public Tensor logits
        {
            get
            {
                if (_logits is not null)
                {
                    return _logits;
                }

                var epsilon = _probs!.dtype == ScalarType.Float32 ? 1.1920928955078125E-07 : 2.220446049250313E-16;
                using var clamped = _probs.clamp(epsilon, 1 - epsilon);
                using var rest = clamped.neg();
                using var others = rest.add(1);
                using var odds = clamped.div(others);
                return odds.log();
            }
        }

        /// <summary>The probabilities of 1.</summary>
        public override Tensor mean => probs;

        /// <summary>p (1 - p).</summary>
        public override Tensor variance
        {
            get
            {
                var chances = probs;
                using var squares = chances.pow(2);
                var result = chances.sub(squares);
                Forget(chances);
                return result;
            }
        }

        /// <summary>Draws 0s and 1s, without a gradient: [sample_shape, batch_shape].</summary>
        public override Tensor rsample(params long[] sample_shape)
        {
            using var unrecorded = no_grad();
            var chances = probs;
            using var uniform = empty([.. sample_shape, .. chances.Value.Shape], chances.dtype);
            using var drawn = uniform.uniform_(0, 1, generator);
            using var chosen = drawn.lt(chances);
            var result = chosen.to_type(chances.dtype);
            Forget(chances);
            return result;
        }

        /// <summary>x log p + (1 - x) log (1 - p).</summary>
        public override Tensor log_prob(Tensor value)
        {
            var odds = logits;
            using var wideValue = value.expand(Shapes.Broadcast("log_prob", value.Value.Shape, odds.Value.Shape));
            using var wideOdds = odds.expand(wideValue.Value.Shape);
            using var loss = nn.functional.binary_cross_entropy_with_logits(wideOdds, wideValue, reduction: nn.Reduction.None);
            Forget(odds);
            return loss.neg();
        }

        /// <summary>-p log p - (1 - p) log (1 - p).</summary>
        public override Tensor entropy()
        {
            var odds = logits;
            var chances = probs;
            var result = nn.functional.binary_cross_entropy_with_logits(odds, chances, reduction: nn.Reduction.None);
            Forget(odds);
            Forget(chances);
            return result;
        }

        /// <summary>Disposes the parameters that the distribution holds.</summary>
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
