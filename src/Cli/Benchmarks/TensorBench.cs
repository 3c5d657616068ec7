using System.Diagnostics;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>Measures tensor work here and in PyTorch by turns, so that what disturbs the machine disturbs both.</summary>
/// <param name="rounds">Turns of each side.</param>
/// <param name="blockTime">How long a turn takes, about.</param>
internal sealed class TensorBench(int rounds, TimeSpan blockTime)
{
    private const int CheckedSteps = 3;

    // Losses of the first steps in single precision: sums in another order differ from the sixth digit on.
    private const double Tolerance = 1e-4;

    /// <summary>Measures one piece of work.</summary>
    /// <param name="key">The work's short name.</param>
    /// <param name="threads">Threads that one operation may use.</param>
    /// <param name="peak">Floating-point operations a second that a core does at most.</param>
    /// <param name="peer">PyTorch on as many threads, or null.</param>
    /// <param name="cancellationToken">Stops between turns.</param>
    /// <returns>What was measured.</returns>
    /// <exception cref="InvalidOperationException">The two sides don't compute the same.</exception>
    public async Task<TensorBenchRow> MeasureAsync(string key, int threads, double peak, TorchPeer? peer, CancellationToken cancellationToken)
    {
        TensorWorkloads.UseThreads(threads);
        if (peer is not null)
        {
            await CompareAsync(key, peer, cancellationToken);
        }

        using var work = TensorWorkloads.Create(key);
        var steps = Calibrate(work);
        var theirSteps = peer is null ? 0 : await CalibrateAsync(peer, key, cancellationToken);
        var ours = new List<double>();
        var theirs = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ours.Add(Time(work, steps) / steps);
            if (peer is not null)
            {
                theirs.Add(await peer.TimeAsync(key, theirSteps, cancellationToken) / theirSteps);
            }
        }

        return new TensorBenchRow(key, work.Title, threads, ours, theirs, work.Operations, peak);
    }

    /// <summary>Measures what an update of IQL allocates once it is warm.</summary>
    /// <param name="updates">Updates to watch.</param>
    /// <returns>What was seen.</returns>
    public static TensorBenchAllocation MeasureAllocation(int updates)
    {
        TensorWorkloads.UseThreads(1);
        using var work = TensorWorkloads.Create("iql");
        _ = Time(work, 100);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var collections = GC.CollectionCount(1);
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        _ = Time(work, updates);

        // Each collection of generation 2 counts as one of generation 1 too.
        return new TensorBenchAllocation(updates, (GC.GetAllocatedBytesForCurrentThread() - bytes) / updates, GC.CollectionCount(1) - collections);
    }

    private static async Task CompareAsync(string key, TorchPeer peer, CancellationToken cancellationToken)
    {
        using var work = TensorWorkloads.Create(key);
        var ours = work.Check(CheckedSteps);
        var theirs = await peer.CheckAsync(key, CheckedSteps, cancellationToken);
        foreach (var (mine, other) in ours.Zip(theirs))
        {
            if (!(Math.Abs(mine - other) <= Tolerance * Math.Max(1, Math.Abs(other))))
            {
                throw new InvalidOperationException($"{key}: this build computes {string.Join(", ", ours)} and PyTorch {string.Join(", ", theirs)} from the same numbers.");
            }
        }
    }

    private static double Time(TensorWorkload work, int steps)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < steps; i++)
        {
            _ = work.Step();
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    // The first steps are slow: code is compiled, and compiled again once it is known to be hot.
    private int Calibrate(TensorWorkload work)
    {
        var started = Stopwatch.GetTimestamp();
        do
        {
            _ = Time(work, 1);
        }
        while (Stopwatch.GetElapsedTime(started) < 2 * blockTime);
        return Steps(Time(work, 3) / 3);
    }

    private async Task<int> CalibrateAsync(TorchPeer peer, string key, CancellationToken cancellationToken)
    {
        var steps = Steps(await peer.TimeAsync(key, 3, cancellationToken) / 3);
        return Steps(await peer.TimeAsync(key, steps, cancellationToken) / steps);
    }

    private int Steps(double secondsPerStep) => (int)Math.Clamp(blockTime.TotalSeconds / secondsPerStep, 1, 1_000_000);
}
