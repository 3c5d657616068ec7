using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>Drops elements with chance p and scales the rest by 1 / (1 - p); one number of the default generator seeds it.</summary>
    internal static TensorValue Dropout(TensorValue a, double p)
    {
        CheckFloat("dropout", a);
        CheckChance("dropout", p);
        var seed = DrawSeed();
        return Recorder.Record(Dropped(a, seed, p), "dropout", [a], [], (_, g, _) => Dropped(g, seed, p));
    }

    internal static void CheckChance(string operation, double p)
    {
        if (p is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"{operation} probability has to be between 0 and 1, but got {p}", nameof(p));
        }
    }

    private static uint DrawSeed()
    {
        lock (Generator.Default.Gate)
        {
            return Generator.Default.Random.Next32();
        }
    }

    private static TensorValue Dropped(TensorValue a, uint seed, double p)
    {
        using var x = Copying.Contiguous(a);
        var result = TensorValue.EmptyLike(x);
        if (x.Type == ScalarType.Float32)
        {
            DropoutKernel.Run(x.Span<float>(), result.Span<float>(), seed, p);
        }
        else
        {
            DropoutKernel.Run(x.Span<double>(), result.Span<double>(), seed, p);
        }

        return result;
    }
}
