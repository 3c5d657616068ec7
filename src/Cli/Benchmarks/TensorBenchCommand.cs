using System.CommandLine;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.Json;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl bench tensors</c>: the tensor engine beside PyTorch, from the same run.</summary>
internal static class TensorBenchCommand
{
    private const string Remedy = "PyTorch's figures need: apt-get install python3-torch libopenblas0-openmp";

    private static readonly Option<int> Rounds = new("--rounds") { Description = "Turns of each side; medians over them are shown.", HelpName = "count", DefaultValueFactory = _ => 7 };

    private static readonly Option<string> Threads = new("--threads") { Description = "Threads that one operation may use: a list, such as 1,2.", HelpName = "list", DefaultValueFactory = _ => "1,2" };

    private static readonly Option<string?> Only = new("--only") { Description = $"The work to measure: a list of {string.Join(", ", TensorWorkloads.Keys)}, allocation.", HelpName = "list" };

    private static readonly Option<double> BlockSeconds = new("--block-seconds") { Description = "How long a turn takes, about.", HelpName = "seconds", DefaultValueFactory = _ => 0.3 };

    private static readonly Option<string?> Python = new("--python") { Description = "The interpreter that has PyTorch; python3 and /usr/bin/python3 are tried.", HelpName = "path" };

    private static readonly Option<string?> Json = new("--json") { Description = "Also write every turn's time to a file.", HelpName = "file" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("tensors", "Time products, training steps and acting, with PyTorch doing the same work from the same weights by turns.") { Rounds, Threads, Only, BlockSeconds, Python, Json };
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
        var bench = new TensorBench(rounds, TimeSpan.FromSeconds(seconds));
        var peak = TensorWorkloads.MeasurePeak();
        terminal.WriteLine($"memoryrl {BuildInformation.Version}, TensorEngine={BuildInformation.TensorEngine}, {Environment.ProcessorCount} cores, registers of {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits");
        terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a core's peak: {peak / 1e9:0} GFLOP/s in single precision (multiply-adds on registers alone)"));
        var rows = new List<TensorBenchRow>();
        foreach (var count in threads)
        {
            var targets = TensorBenchTarget.All.Where(target => only.Contains(target.Key) && (count == threads[0] || !target.IsOnCaller)).ToList();
            if (targets.Count == 0)
            {
                continue;
            }

            await using var peer = await FindPeerAsync(terminal, result.GetValue(Python), count, isFirst: count == threads[0], cancellationToken);
            foreach (var target in targets)
            {
                rows.Add(await bench.MeasureAsync(target.Key, target.IsOnCaller ? 1 : count, peak, peer, cancellationToken));
                terminal.Error.WriteLine($"measured {target.Key} on {count}");
            }
        }

        terminal.WriteLine();
        if (rows.Count > 0)
        {
            foreach (var line in TensorBenchTable.Lines(rows.OrderBy(row => TensorWorkloads.Keys.ToList().IndexOf(row.Work)).ThenBy(row => row.Threads)))
            {
                terminal.WriteLine(line);
            }

            terminal.WriteLine();
        }

        if (only.Contains("allocation"))
        {
            const int Updates = 1000;
            var (bytes, older) = TensorBench.MeasureAllocation(Updates);
            var verdict = bytes <= 64 * 1024 && older == 0 ? "held" : "missed";
            terminal.WriteLine($"allocation per IQL update: {bytes:N0} bytes of small objects and {older} collections of generation 1 or 2 in {Updates} updates (at most {64 * 1024:N0} and 0: {verdict}).");
            terminal.WriteLine("One hidden layer's values are 262,144 bytes: no tensor storage is among them.");
        }

        if (result.GetValue(Json) is { } path)
        {
            await File.WriteAllTextAsync(path, JsonSerializer.Serialize(rows, JsonSerializerOptions.Web), cancellationToken);
        }

        return ExitCode.Done;
    }

    private static async Task<TorchPeer?> FindPeerAsync(Terminal terminal, string? python, int threads, bool isFirst, CancellationToken cancellationToken)
    {
        foreach (var candidate in python is null ? (string[])["python3", "/usr/bin/python3"] : [python])
        {
            var peer = TorchPeer.Start(candidate, threads, TimeSpan.FromMinutes(5));
            var identity = peer is null ? null : await peer.HelloAsync(cancellationToken);
            if (identity is { IsComparable: true })
            {
                Say($"PyTorch {identity.Version} with {identity.Blas}");
                return peer;
            }

            if (peer is not null)
            {
                await peer.DisposeAsync();
            }

            if (identity is not null)
            {
                Say($"PyTorch {identity.Version} is here with {identity.Blas}: not compared, nobody trains with that. {Remedy}");
                return null;
            }
        }

        Say($"PyTorch is not here{(python is null ? string.Empty : $" ({python} has none)")}: our figures alone. {Remedy}");
        return null;

        void Say(string line)
        {
            if (isFirst)
            {
                terminal.WriteLine(line);
            }
        }
    }

    private static List<int> ThreadCounts(string list)
    {
        var counts = new List<int>();
        foreach (var text in list.Split(',', StringSplitOptions.TrimEntries))
        {
            Expect(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 64, "--threads", "a list of whole numbers from 1 to 64", list);
            counts.Add(count);
        }

        return counts;
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
