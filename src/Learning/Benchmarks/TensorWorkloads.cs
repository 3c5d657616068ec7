using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>The tensor work that the engine is judged by, and what it runs on.</summary>
public static class TensorWorkloads
{
    /// <summary>Gets the work's short names, in the order of the table.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["gemm-256", "gemm-512", "gemm-1280", "mlp", "iql", "iql-17", "vem", "vem-17", "ae-17", "ae-384", "dt", "dt-act", "mlp-act"];

    /// <summary>Makes a piece of work.</summary>
    /// <param name="key">Its short name.</param>
    /// <returns>The work, ready for its first step.</returns>
    /// <exception cref="ArgumentException">There is no work of that name.</exception>
    public static TensorWorkload Create(string key) => key switch
    {
        "gemm-256" => new ProductWorkload(key, 256, 256, 256),
        "gemm-512" => new ProductWorkload(key, 512, 512, 512),
        "gemm-1280" => new ProductWorkload(key, 1280, 128, 512),
        "mlp" => new RegressionWorkload(key, "MLP 11-256-256-1, batch 256, a step of Adam", [11, 256, 256, 1], 3e-4, isAutoencoder: false),
        "iql" => new IqlWorkload(key, 11, 3, 256),
        "iql-17" => new IqlWorkload(key, 17, 6, 256),
        "vem" => new VemWorkload(key, 11, 3, 256),
        "vem-17" => new VemWorkload(key, 17, 6, 256),
        "ae-17" => new RegressionWorkload(key, "autoencoder 17-128-64-16-64-128-17", [17, 128, 64, 16, 64, 128, 17], 1e-3, isAutoencoder: true),
        "ae-384" => new RegressionWorkload(key, "autoencoder 384-256-64-256-384", [384, 256, 64, 256, 384], 1e-3, isAutoencoder: true),
        "dt" => new TransformerWorkload(11, 3),
        "dt-act" => new TransformerActingWorkload(11, 3),
        "mlp-act" => new NetworkActingWorkload(11),
        _ => throw new ArgumentException($"There is no work '{key}'; there are {string.Join(", ", Keys)}.", nameof(key)),
    };

    /// <summary>Sets how many threads one operation of the tensor engine may use.</summary>
    /// <param name="threads">1 or more.</param>
    public static void UseThreads(int threads) => set_num_threads(threads);

    /// <summary>Measures what one core does at most: fused multiplications and additions on registers alone.</summary>
    /// <returns>Floating-point operations a second, the best of some tries.</returns>
    public static double MeasurePeak()
    {
        var best = 0.0;
        for (var attempt = 0; attempt < 20; attempt++)
        {
            const int Rounds = 2_000_000;
            var started = Stopwatch.GetTimestamp();
            var (sum, width) = Vector512.IsHardwareAccelerated ? (Wide(Rounds), 16) : (Narrow(Rounds), 8);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            best = double.IsNaN(sum) ? best : Math.Max(best, 2.0 * 12 * width * Rounds / seconds);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Wide(int rounds)
    {
        var (factor, term) = (Vector512.Create(0.999f), Vector512.Create(1e-3f));
        Vector512<float> a = term, b = term, c = term, d = term, e = term, f = term, g = term, h = term, i = term, j = term, k = term, l = term;
        for (var round = 0; round < rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, factor, term);
            b = Vector512.FusedMultiplyAdd(b, factor, term);
            c = Vector512.FusedMultiplyAdd(c, factor, term);
            d = Vector512.FusedMultiplyAdd(d, factor, term);
            e = Vector512.FusedMultiplyAdd(e, factor, term);
            f = Vector512.FusedMultiplyAdd(f, factor, term);
            g = Vector512.FusedMultiplyAdd(g, factor, term);
            h = Vector512.FusedMultiplyAdd(h, factor, term);
            i = Vector512.FusedMultiplyAdd(i, factor, term);
            j = Vector512.FusedMultiplyAdd(j, factor, term);
            k = Vector512.FusedMultiplyAdd(k, factor, term);
            l = Vector512.FusedMultiplyAdd(l, factor, term);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Narrow(int rounds)
    {
        var (factor, term) = (Vector256.Create(0.999f), Vector256.Create(1e-3f));
        Vector256<float> a = term, b = term, c = term, d = term, e = term, f = term, g = term, h = term, i = term, j = term, k = term, l = term;
        for (var round = 0; round < rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(a, factor, term);
            b = Vector256.FusedMultiplyAdd(b, factor, term);
            c = Vector256.FusedMultiplyAdd(c, factor, term);
            d = Vector256.FusedMultiplyAdd(d, factor, term);
            e = Vector256.FusedMultiplyAdd(e, factor, term);
            f = Vector256.FusedMultiplyAdd(f, factor, term);
            g = Vector256.FusedMultiplyAdd(g, factor, term);
            h = Vector256.FusedMultiplyAdd(h, factor, term);
            i = Vector256.FusedMultiplyAdd(i, factor, term);
            j = Vector256.FusedMultiplyAdd(j, factor, term);
            k = Vector256.FusedMultiplyAdd(k, factor, term);
            l = Vector256.FusedMultiplyAdd(l, factor, term);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
