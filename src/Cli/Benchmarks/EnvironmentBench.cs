using System.Diagnostics;
using MemoryRL.Client;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>Measures how fast tasks are, by turns with what they are beside, so that what disturbs the machine disturbs both.</summary>
/// <param name="rounds">Turns of each side.</param>
/// <param name="blockTime">How long a turn takes, about.</param>
internal sealed class EnvironmentBench(int rounds, TimeSpan blockTime)
{
    private const int MinSteps = 200;
    private const int MaxSteps = 5_000_000;

    /// <summary>Measures a task beside the engine alone, where there is one.</summary>
    /// <param name="task">The task, available here.</param>
    /// <param name="threads">Threads, each with an environment of its own.</param>
    /// <param name="cancellationToken">Stops between turns.</param>
    /// <returns>What was measured.</returns>
    public EnvironmentBenchRow Measure(EnvironmentEntry task, int threads, CancellationToken cancellationToken)
    {
        var trace = new EnvironmentTrace(task, Steps(task));
        EnvironmentTrace[] traces = [trace, .. Enumerable.Range(1, threads - 1).Select(_ => trace.Clone())];
        var (speeds, engine) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            speeds.Add(Speed(traces, static trace => trace.PlayEnvironment()));
            if (trace.HasEngine)
            {
                engine.Add(Speed(traces, static trace => trace.PlayEngine()));
            }
        }

        return new EnvironmentBenchRow(task.Spec.Name, threads, speeds, engine);
    }

    /// <summary>Measures the collection of a task with random actions, beside the bare environment.</summary>
    /// <param name="task">The task, available here.</param>
    /// <param name="threads">Threads that play.</param>
    /// <param name="title">What is done.</param>
    /// <param name="collect">Collects from a source so many steps over so many threads.</param>
    /// <param name="cancellationToken">Stops between turns.</param>
    /// <returns>What was measured.</returns>
    public EnvironmentBenchRow MeasureCollection(EnvironmentEntry task, int threads, string title, Action<IPieceSource, long, int> collect, CancellationToken cancellationToken)
    {
        var trace = new EnvironmentTrace(task, Steps(task));
        EnvironmentTrace[] traces = [trace, .. Enumerable.Range(1, threads - 1).Select(_ => trace.Clone())];
        var source = new PolicyPieces(task.Create, () => new RandomPolicy(task.Spec.Experience.Action));
        var steps = (long)trace.Steps * threads;
        collect(source, steps, threads);
        var (speeds, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bare.Add(Speed(traces, static trace => trace.PlayEnvironment()));
            var started = Stopwatch.GetTimestamp();
            collect(source, steps, threads);
            speeds.Add(steps / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return new EnvironmentBenchRow($"{title} {task.Spec.Name}", threads, speeds, bare);
    }

    private static double Speed(EnvironmentTrace[] traces, Action<EnvironmentTrace> play)
    {
        using var gate = new ManualResetEventSlim();
        var threads = traces.Select(trace => new Thread(() =>
        {
            gate.Wait();
            play(trace);
        })).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        var started = Stopwatch.GetTimestamp();
        gate.Set();
        foreach (var thread in threads)
        {
            thread.Join();
        }

        return (double)traces.Length * traces[0].Steps / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    // The first steps are slow: code is compiled, and compiled again once it is known to be hot.
    private int Steps(EnvironmentEntry task)
    {
        var steps = MinSteps;
        while (true)
        {
            var trace = new EnvironmentTrace(task, steps);
            var started = Stopwatch.GetTimestamp();
            trace.PlayEnvironment();
            var time = Stopwatch.GetElapsedTime(started);
            if (time >= blockTime / 2 || steps == MaxSteps)
            {
                return (int)Math.Clamp(steps * (blockTime / time), MinSteps, MaxSteps);
            }

            steps = Math.Min(MaxSteps, steps * 4);
        }
    }
}
