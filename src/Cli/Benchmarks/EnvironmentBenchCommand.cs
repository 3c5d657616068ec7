using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using MemoryRL.Client;
using MemoryRL.Datasets;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl bench environments</c>: steps a second of every task, beside the engine alone, and of collection beside the task.</summary>
internal static class EnvironmentBenchCommand
{
    private const string CollectedTask = "hopper";

    private static readonly Option<int> Rounds = new("--rounds") { Description = "Turns of each side; medians over them are shown.", HelpName = "count", DefaultValueFactory = _ => 5 };

    private static readonly Option<string> Threads = new("--threads") { Description = "Threads, each with an environment of its own: a list, such as 1,2.", HelpName = "list", DefaultValueFactory = _ => "1,2" };

    private static readonly Option<string?> Only = new("--only") { Description = "The tasks to measure: a list; collect stands for collection.", HelpName = "list" };

    private static readonly Option<double> BlockSeconds = new("--block-seconds") { Description = "How long a turn takes, about.", HelpName = "seconds", DefaultValueFactory = _ => 0.5 };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "environments",
            "Time the tasks under random actions: those on MuJoCo beside the engine alone, which takes the same controls from the same starts; and collecting hopper, in memory and to a file, beside its environment.")
        {
            Rounds,
            Threads,
            Only,
            BlockSeconds,
        };
        command.SetAction((result, cancellationToken) => Task.Run(() => Run(terminal, result, cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var (rounds, seconds) = (result.GetValue(Rounds), result.GetValue(BlockSeconds));
        UsageException.ThrowUnless(rounds is >= 1 and <= 1000, "--rounds", "1 to 1000", rounds);
        UsageException.ThrowUnless(seconds is > 0 and <= 60, "--block-seconds", "more than 0 and at most 60", seconds);
        var threads = ThreadCounts(result.GetRequiredValue(Threads));
        var names = Choice(result.GetValue(Only));
        terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memoryrl {BuildInformation.Version}, {Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, .NET {Environment.Version}; medians of {rounds} rounds"));
        if (typeof(EnvironmentBenchCommand).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
        {
            terminal.WriteLine("this is a Debug build, without the compiler's optimisations: build with -c Release for figures worth quoting");
        }

        var rows = Measure(terminal, new EnvironmentBench(rounds, TimeSpan.FromSeconds(seconds)), names, threads, cancellationToken);
        terminal.WriteLine();
        foreach (var line in new TextTable([.. EnvironmentBenchRow.Titles], [.. rows.Select(row => row.Cells.ToImmutableArray())]).Markdown())
        {
            terminal.WriteLine(line);
        }

        return ExitCode.Done;
    }

    private static List<EnvironmentBenchRow> Measure(Terminal terminal, EnvironmentBench bench, HashSet<string> names, List<int> threads, CancellationToken cancellationToken)
    {
        var rows = new List<EnvironmentBenchRow>();
        foreach (var task in EnvironmentRegistry.Names.Where(names.Contains).Select(EnvironmentRegistry.Find))
        {
            if (task.UnavailableReason is { } reason)
            {
                terminal.WriteLine($"{task.Spec.Name}: not measured, {reason}");
                continue;
            }

            foreach (var count in threads)
            {
                rows.Add(bench.Measure(task, count, cancellationToken));
                terminal.Error.WriteLine($"measured {task.Spec.Name} on {count}");
            }
        }

        var collected = EnvironmentRegistry.Find(CollectedTask);
        if (names.Contains("collect") && collected.UnavailableReason is null)
        {
            foreach (var count in threads)
            {
                rows.Add(bench.MeasureCollection(collected, count, "collect in memory:", CollectInMemory, cancellationToken));
                if (Hdf5Library.UnavailableReason is null)
                {
                    rows.Add(bench.MeasureCollection(collected, count, "collect to HDF5:", CollectToFile, cancellationToken));
                }
            }
        }

        return rows;
    }

    private static void CollectInMemory(IPieceSource source, long steps, int threads) => Collector.Run(source, new NowhereSink(), new CollectorOptions { Steps = steps, ThreadCount = threads });

    private static void CollectToFile(IPieceSource source, long steps, int threads)
    {
        var folder = Directory.CreateTempSubdirectory("memoryrl-bench-");
        try
        {
            using var collection = PartedCollection.Open(Path.Combine(folder.FullName, "parts"), "bench", [new CollectionPhase("random", source, steps)]);
            collection.Run(threads);
            DatasetFile.Write(Path.Combine(folder.FullName, "bench.hdf5"), collection.Spec, ImmutableSortedDictionary<string, string>.Empty, collection.ReadEpisodes(), CancellationToken.None);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static List<int> ThreadCounts(string list)
    {
        var counts = new List<int>();
        foreach (var text in list.Split(',', StringSplitOptions.TrimEntries))
        {
            UsageException.ThrowUnless(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 64, "--threads", "a list of whole numbers from 1 to 64", list);
            counts.Add(count);
        }

        return [.. counts.Distinct().Order()];
    }

    private static HashSet<string> Choice(string? list)
    {
        string[] all = [.. EnvironmentRegistry.Names, "collect"];
        var chosen = list?.Split(',', StringSplitOptions.TrimEntries) ?? all;
        foreach (var key in chosen)
        {
            UsageException.ThrowUnless(all.Contains(key), "--only", $"a list of {string.Join(", ", all)}", key);
        }

        return [.. chosen];
    }

    private sealed class NowhereSink : ICollectionSink
    {
        public void Write(CollectedPiece piece)
        {
            // The speed without any storage.
        }
    }
}
