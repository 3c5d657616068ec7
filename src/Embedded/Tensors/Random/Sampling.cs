using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Fills tensors with random numbers; one generator is drawn from under its lock.</summary>
internal static class Sampling
{
    internal static void Uniform(TensorValue value, double from, double to, Generator? generator)
    {
        var (random, gate) = Source(generator);
        lock (gate)
        {
            if (value.Type == ScalarType.Float32)
            {
                var low = (float)from;
                var width = (float)(to - from);
                foreach (ref var x in value.Span<float>())
                {
                    x = (random.NextSingle() * width) + low;
                }
            }
            else
            {
                CheckFloat("uniform_", value);
                foreach (ref var x in value.Span<double>())
                {
                    x = (random.NextDouble() * (to - from)) + from;
                }
            }
        }
    }

    internal static void Normal(TensorValue value, double mean, double deviation, Generator? generator)
    {
        if (deviation < 0)
        {
            throw new TensorException($"normal expects std >= 0.0, but found std {deviation}");
        }

        CheckFloat("normal_", value);
        var (random, gate) = Source(generator);
        lock (gate)
        {
            if (value.Type == ScalarType.Float32)
            {
                foreach (ref var x in value.Span<float>())
                {
                    x = (float)((random.NextNormal() * deviation) + mean);
                }
            }
            else
            {
                foreach (ref var x in value.Span<double>())
                {
                    x = (random.NextNormal() * deviation) + mean;
                }
            }
        }
    }

    /// <summary>Whole numbers in [low, high).</summary>
    internal static void Integers(TensorValue value, long low, long high, Generator? generator)
    {
        if (low >= high)
        {
            throw new TensorException($"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}");
        }

        using var whole = TensorValue.Empty(ScalarType.Int64, value.Shape);
        var (random, gate) = Source(generator);
        var range = (ulong)(high - low);
        lock (gate)
        {
            foreach (ref var x in whole.Span<long>())
            {
                x = low + (long)(range >= 1ul << 32 ? random.Next64() % range : random.Next32() % range);
            }
        }

        using var converted = Copying.Convert(whole, value.Type);
        Copying.Into(value, converted);
    }

    internal static void Permutation(Span<long> order, Generator? generator)
    {
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        var (random, gate) = Source(generator);
        lock (gate)
        {
            for (var i = 0; i < order.Length - 1; i++)
            {
                var j = i + (int)(random.Next32() % (uint)(order.Length - i));
                (order[i], order[j]) = (order[j], order[i]);
            }
        }
    }

    /// <summary>Indices drawn by the weights of each row of [rows, size] (or of one row).</summary>
    internal static TensorValue Multinomial(TensorValue weights, long samples, bool replacement, Generator? generator)
    {
        if (weights.Rank is < 1 or > 2 || !DataTypes.IsFloat(weights.Type))
        {
            throw new TensorException($"multinomial: prob_dist must be 1 or 2 dim of floating point numbers, got {DataTypes.Name(weights.Type)} {Shapes.Text(weights.Shape)}");
        }

        var size = (int)weights.Shape[^1];
        if (samples <= 0 || (!replacement && samples > size))
        {
            throw new TensorException($"multinomial: cannot sample n_sample ({samples}) {(replacement ? "with" : "without")} replacement from prob_dist of shape {Shapes.Text(weights.Shape)}");
        }

        using var wide = Copying.Convert(weights, ScalarType.Float64);
        var rows = (int)(weights.Count / Math.Max(size, 1));
        var result = TensorValue.Empty(ScalarType.Int64, weights.Rank == 1 ? [samples] : [rows, samples]);
        var (random, gate) = Source(generator);
        lock (gate)
        {
            for (var row = 0; row < rows; row++)
            {
                Draw(wide.Span<double>().Slice(row * size, size), result.Span<long>().Slice(row * (int)samples, (int)samples), replacement, random);
            }
        }

        return result;
    }

    private static void Draw(ReadOnlySpan<double> weights, Span<long> drawn, bool replacement, MersenneTwister random)
    {
        if (drawn.Length == 1)
        {
            drawn[0] = DrawOne(weights, random);
            return;
        }

        var cumulative = new double[weights.Length];
        Accumulate(weights, cumulative);
        var left = weights.ToArray();
        foreach (ref var index in drawn)
        {
            var at = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);

            // The first cumulative weight beyond the drawn number; equal ones belong to the next index, so weightless ones are never drawn.
            at = at < 0 ? ~at : at + 1;
            while (at < weights.Length && left[at] == 0)
            {
                at++;
            }

            index = Math.Min(at, LastWithWeight(left));
            if (!replacement)
            {
                left[index] = 0;
                AccumulateRest(left, cumulative);
            }
        }
    }

    private static int DrawOne(ReadOnlySpan<double> weights, MersenneTwister random)
    {
        var left = random.NextDouble() * CheckedSum(weights);
        for (var i = 0; i < weights.Length; i++)
        {
            left -= weights[i];
            if (left < 0)
            {
                return i;
            }
        }

        return LastWithWeight(weights);
    }

    private static void Accumulate(ReadOnlySpan<double> weights, Span<double> cumulative)
    {
        _ = CheckedSum(weights);
        AccumulateRest(weights, cumulative);
    }

    private static double CheckedSum(ReadOnlySpan<double> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
        {
            if (!(weight >= 0) || double.IsInfinity(weight))
            {
                throw new TensorException("probability tensor contains either `inf`, `nan` or element < 0");
            }

            sum += weight;
        }

        return sum > 0 ? sum : throw new TensorException("invalid multinomial distribution (sum of probabilities <= 0)");
    }

    private static void AccumulateRest(ReadOnlySpan<double> weights, Span<double> cumulative)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            cumulative[i] = sum;
        }
    }

    private static int LastWithWeight(ReadOnlySpan<double> weights)
    {
        var last = weights.LastIndexOfAnyExcept(0.0);
        return last >= 0 ? last : throw new TensorException("invalid multinomial distribution (with replacement=False, not enough non-negative category to sample)");
    }

    private static (MersenneTwister Random, Lock Gate) Source(Generator? generator)
    {
        var source = generator ?? Generator.Default;
        return (source.Random, source.Gate);
    }

    private static void CheckFloat(string operation, TensorValue value)
    {
        if (!DataTypes.IsFloat(value.Type))
        {
            throw new TensorException($"{operation}: expected a floating point tensor, got {DataTypes.Name(value.Type)}");
        }
    }
}
