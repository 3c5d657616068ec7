using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.Intrinsics;
using System.Text.Json;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl bench tensors</c>: the tensor engine beside PyTorch, from the same run.</summary>
internal static class TensorBenchCommand
{
    private static readonly string[] Interpreters = ["python3", "/usr/bin/python3"];

    private static readonly Option<int> Rounds = new("--rounds") { Description = "Turns of each side; medians over them are shown.", HelpName = "count", DefaultValueFactory = _ => 7 };

    private static readonly Option<string> Threads = new("--threads") { Description = "Threads that one operation may use: a list, such as 1,2.", HelpName = "list", DefaultValueFactory = _ => "1,2" };

    private static readonly Option<string?> Only = new("--only") { Description = $"The work to measure: a list of {string.Join(", ", TensorWorkloads.Keys)}, allocation.", HelpName = "list" };

    private static readonly Option<double> BlockSeconds = new("--block-seconds") { Description = "How long a turn takes, about.", HelpName = "seconds", DefaultValueFactory = _ => 0.3 };

    private static readonly Option<string?> Python = new("--python") { Description = $"The interpreter that has PyTorch; {string.Join(" and ", Interpreters)} are tried.", HelpName = "path" };

    private static readonly Option<string?> Json = new("--json") { Description = "Also write what ran, beside what, and every turn's time to a file.", HelpName = "file" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("tensors", $"Time products, training steps and acting, with PyTorch doing the same work from the same weights by turns; reference BLAS is refused. {TorchSearch.Remedy}.") { Rounds, Threads, Only, BlockSeconds, Python, Json };
        command.SetAction((result, cancellationToken) => RunAsync(terminal, result, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var rounds = result.GetValue(Rounds);
        var seconds = result.GetValue(BlockSeconds);
        Expect(rounds is >= 1 and <= 1000, "--rounds", "1 to 1000", rounds);
        Expect(seconds is > 0 and <= 60, "--block-seconds", "more than 0 and at most 60", seconds);
        var threads = ThreadCounts(result.GetValue(Threads)!);
        var only = Choice(result.GetValue(Only));
        var path = result.GetValue(Json);
        Expect(path is null || Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))), "--json", "a file in a folder that exists", path!);
        var bench = new TensorBench(rounds, TimeSpan.FromSeconds(seconds));
        var peak = TensorWorkloads.MeasurePeak();
        var bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        terminal.WriteLine($"memoryrl {BuildInformation.Version}, TensorEngine={BuildInformation.TensorEngine}, {Environment.ProcessorCount} cores, registers of {bits} bits");
        terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a core's peak: {peak / 1e9:0} GFLOP/s in single precision (multiply-adds on registers alone)"));
        if (typeof(TensorWorkloads).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
        {
            terminal.WriteLine("this is a Debug build, without the compiler's optimisations: build with -c Release for figures worth quoting");
        }

        var (rows, peers) = await MeasureAsync(terminal, bench, [.. TensorBenchTarget.All.Where(target => only.Contains(target.Key))], threads, peak, result.GetValue(Python), cancellationToken);
        terminal.WriteLine();
        if (rows.Count > 0)
        {
            foreach (var line in TensorBenchTable.Lines(rows))
            {
                terminal.WriteLine(line);
            }

            terminal.WriteLine();
        }

        var allocation = only.Contains("allocation") ? TensorBench.MeasureAllocation(updates: 1000) : null;
        foreach (var line in allocation?.Lines(isStorageCounted: BuildInformation.TensorEngine == "Managed") ?? [])
        {
            terminal.WriteLine(line);
        }

        if (path is not null)
        {
            var report = new TensorBenchReport(BuildInformation.Version, BuildInformation.TensorEngine, Environment.ProcessorCount, bits, peak, peers, rows, allocation);
            await File.WriteAllTextAsync(path, JsonSerializer.Serialize(report, JsonSerializerOptions.Web), cancellationToken);
        }

        return ExitCode.Done;
    }

    private static async Task<(List<TensorBenchRow> Rows, List<TorchIdentity> Peers)> MeasureAsync(
        Terminal terminal, TensorBench bench, List<TensorBenchTarget> targets, List<int> threads, double peak, string? python, CancellationToken cancellationToken)
    {
        var rows = new List<TensorBenchRow>();
        var peers = new List<TorchIdentity>();
        string? told = null;
        foreach (var count in targets.Count > 0 ? threads : [])
        {
            var (peer, identity, line) = await TorchSearch.FindAsync(python is null ? Interpreters : [python], count, cancellationToken);
            await using var closing = peer;
            if (line != told)
            {
                terminal.WriteLine(line);
                told = line;
            }

            if (identity is not null)
            {
                peers.Add(identity);
            }

            foreach (var target in targets)
            {
                rows.Add(await bench.MeasureAsync(target.Key, count, peak, peer, cancellationToken));
                await terminal.Error.WriteLineAsync($"measured {target.Key} on {count}");
            }
        }

        var order = TensorWorkloads.Keys.ToList();
        return ([.. rows.OrderBy(row => order.IndexOf(row.Work)).ThenBy(static row => row.Threads)], peers);
    }

    private static List<int> ThreadCounts(string list)
    {
        var counts = new List<int>();
        foreach (var text in list.Split(',', StringSplitOptions.TrimEntries))
        {
            Expect(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 64, "--threads", "a list of whole numbers from 1 to 64", list);
            counts.Add(count);
        }

        return [.. counts.Distinct().Order()];
    }

    private static HashSet<string> Choice(string? list)
    {
        string[] all = [.. TensorWorkloads.Keys, "allocation"];
        var chosen = list?.Split(',', StringSplitOptions.TrimEntries) ?? all;
        foreach (var key in chosen)
        {
            Expect(all.Contains(key), "--only", $"a list of {string.Join(", ", all)}", key);
        }

        return [.. chosen];
    }

    private static void Expect(bool holds, string option, string expected, object given)
    {
        if (!holds)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option}: expected {expected} but got {given}."));
        }
    }
}
