using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The normal distribution of means and standard deviations, broadcast.</summary>
            public static Normal Normal(Tensor loc, Tensor scale, Generator? generator = null) => new(loc, scale, generator);

            /// <summary>The normal distribution of one mean and one standard deviation.</summary>
            public static Normal Normal(float loc, float scale = 1, Generator? generator = null) => new(tensor(loc), tensor(scale), generator);

            /// <summary>The normal distribution of one mean and one standard deviation, in double precision.</summary>
            public static Normal Normal(double loc, double scale = 1, Generator? generator = null) => new(tensor(loc), tensor(scale), generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Independent normal distributions.</summary>
    public class Normal : distributions.Distribution
    {
        private readonly Tensor _loc;
        private readonly Tensor _scale;

        /// <summary>Of means and standard deviations, broadcast to one shape.</summary>
        public Normal(Tensor loc, Tensor scale, Generator? generator = null)
            : base(generator)
        {
            var broadcast = broadcast_tensors(loc, scale);
            _loc = broadcast[0].DetachFromDisposeScope();
            _scale = broadcast[1].DetachFromDisposeScope();
            batch_shape = _loc.Value.Shape;
            event_shape = Size.Empty;
        }

        /// <summary>The means.</summary>
        public override Tensor mean => _loc;

        /// <summary>The means.</summary>
        public override Tensor mode => _loc;

        /// <summary>The standard deviations.</summary>
        public override Tensor stddev => _scale;

        /// <summary>The variances.</summary>
        public override Tensor variance => _scale.pow(2);

        /// <summary>Draws mean + deviation times standard normal numbers, differentiable in both: [sample_shape, batch_shape].</summary>
        public override Tensor rsample(params long[] sample_shape)
        {
            using var noise = empty([.. sample_shape, .. _loc.Value.Shape], _loc.dtype);
            using var drawn = noise.normal_(0, 1, generator);
            using var step = _scale.mul(drawn);
            return _loc.add(step);
        }

        /// <summary>-(x - mean)² / (2 variance) - log deviation - log √(2π).</summary>
        public override Tensor log_prob(Tensor value)
        {
            using var difference = value.sub(_loc);
            using var squares = difference.pow(2);
            using var variances = _scale.pow(2);
            using var doubled = variances.mul(2);
            using var distance = squares.div(doubled);
            using var logs = _scale.log();
            using var sum = distance.add(logs);
            using var shifted = sum.add(0.5 * Math.Log(2 * Math.PI));
            return shifted.neg();
        }

        /// <summary>1/2 + log √(2π) + log deviation.</summary>
        public override Tensor entropy()
        {
            using var logs = _scale.log();
            return logs.add(0.5 + (0.5 * Math.Log(2 * Math.PI)));
        }

        /// <summary>Disposes the broadcast parameters.</summary>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _loc.Dispose();
                _scale.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
