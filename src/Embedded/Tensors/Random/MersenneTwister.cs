namespace TorchSharp;

/// <summary>MT19937 as PyTorch's CPU generator runs it, so that a seed gives the same uniform numbers in both engines.</summary>
/// <remarks>Matsumoto and Nishimura 1998. The caller holds the lock.</remarks>
internal sealed class MersenneTwister
{
    private const int Length = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Length];
    private int _next;
    private bool _hasSpareNormal;
    private double _spareNormal;

    internal MersenneTwister(ulong seed) => Seed(seed);

    internal ulong InitialSeed { get; private set; }

    /// <summary>Bytes of a saved state: seed, position, words, and the spare normal number.</summary>
    internal static int StateBytes => 8 + 4 + (4 * Length) + 1 + 8;

    internal void Seed(ulong seed)
    {
        InitialSeed = seed;
        _state[0] = (uint)seed;
        for (var i = 1; i < Length; i++)
        {
            _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
        }

        _next = Length;
        _hasSpareNormal = false;
        _spareNormal = 0;
    }

    internal uint Next32()
    {
        if (_next == Length)
        {
            Twist();
        }

        var y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    internal ulong Next64()
    {
        ulong high = Next32();
        return (high << 32) | Next32();
    }

    /// <summary>In [0, 1), from 24 bits.</summary>
    internal float NextSingle() => (Next32() & ((1u << 24) - 1)) * (1.0f / (1 << 24));

    /// <summary>In [0, 1), from 53 bits.</summary>
    internal double NextDouble() => (Next64() & ((1ul << 53) - 1)) * (1.0 / (1ul << 53));

    /// <summary>A standard normal number, by Box and Muller; every second one is the spare of the one before.</summary>
    internal double NextNormal()
    {
        if (_hasSpareNormal)
        {
            _hasSpareNormal = false;
            return _spareNormal;
        }

        var angle = 2 * Math.PI * NextDouble();
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        _spareNormal = radius * Math.Sin(angle);
        _hasSpareNormal = true;
        return radius * Math.Cos(angle);
    }

    internal void Save(Span<byte> bytes)
    {
        var writer = new BinaryWriter(new MemoryStream(StateBytes));
        using (writer)
        {
            writer.Write(InitialSeed);
            writer.Write(_next);
            foreach (var word in _state)
            {
                writer.Write(word);
            }

            writer.Write(_hasSpareNormal);
            writer.Write(_spareNormal);
            ((MemoryStream)writer.BaseStream).GetBuffer().AsSpan(0, StateBytes).CopyTo(bytes);
        }
    }

    internal void Load(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != StateBytes)
        {
            throw new TensorException($"RNG state is wrong size: expected {StateBytes} bytes, got {bytes.Length}");
        }

        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()));
        var seed = reader.ReadUInt64();
        var next = reader.ReadInt32();
        if (next is < 0 or > Length)
        {
            throw new TensorException($"RNG state is invalid: position {next} is outside [0, {Length}]");
        }

        InitialSeed = seed;
        _next = next;
        for (var i = 0; i < Length; i++)
        {
            _state[i] = reader.ReadUInt32();
        }

        _hasSpareNormal = reader.ReadBoolean();
        _spareNormal = reader.ReadDouble();
    }

    private void Twist()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7fffffff);
            _state[i] = _state[(i + Middle) % Length] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0dfu);
        }

        _next = 0;
    }
}
