namespace TorchSharp;

public static partial class torch
{
    /// <summary>Seeds the default generator.</summary>
    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);

    /// <summary>The default generator's state, bytes for <see cref="set_rng_state"/>.</summary>
    public static Tensor get_rng_state() => Generator.Default.get_state();

    /// <summary>Puts the default generator back where <see cref="get_rng_state"/> found it.</summary>
    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    /// <summary>A stream of random numbers: PyTorch's MT19937. The bytes of its state are this engine's own.</summary>
    public class Generator : IDisposable
    {
        /// <summary>A generator with a seed.</summary>
        public Generator(ulong seed = 0, Device? device = null)
        {
            Device.Check(device);
            Random = new MersenneTwister(seed);
        }

        /// <summary>The generator of every operation that is given none; seeded by the clock until <see cref="torch.manual_seed"/>.</summary>
        public static Generator Default { get; } = new((ulong)Environment.TickCount64);

        /// <summary>Where it lives.</summary>
        public Device device => CPU;

        internal MersenneTwister Random { get; }

        internal Lock Gate { get; } = new();

        /// <summary>Starts over from a seed.</summary>
        public Generator manual_seed(long seed)
        {
            lock (Gate)
            {
                Random.Seed((ulong)seed);
            }

            return this;
        }

        /// <summary>The seed it last started from.</summary>
        public long initial_seed() => (long)Random.InitialSeed;

        /// <summary>The whole state, as bytes.</summary>
        public Tensor get_state()
        {
            var bytes = TensorValue.Empty(ScalarType.Byte, MersenneTwister.StateBytes);
            lock (Gate)
            {
                Random.Save(bytes.Span<byte>());
            }

            return new Tensor(bytes);
        }

        /// <summary>Goes on from a state that <see cref="get_state"/> gave.</summary>
        public void set_state(Tensor value)
        {
            if (value.dtype != ScalarType.Byte)
            {
                throw new TensorException($"RNG state must be a torch.ByteTensor, got {value.dtype}");
            }

            using var ordered = Copying.Contiguous(value.Value);
            lock (Gate)
            {
                Random.Load(ordered.Span<byte>());
            }
        }

        /// <summary>Nothing to let go of here; real generators hold native memory.</summary>
        public void Dispose()
        {
            Dispose(disposing: true);
            GC.SuppressFinalize(this);
        }

        /// <summary>For types that derive.</summary>
        protected virtual void Dispose(bool disposing)
        {
        }
    }
}
