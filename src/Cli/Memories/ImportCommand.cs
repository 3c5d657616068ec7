using System.CommandLine;
using System.Diagnostics;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Environments;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl import</c>: streams a data set into a memory, all of it or nothing.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string> File = new("file") { Description = "A data set: D4RL's HDF5, a Minari folder, or Safetensors episodes." };

    private static readonly Option<string?> Task = new("--task") { Description = "The task that the episodes are of: it says what success is, and the limit of files without timeouts.", HelpName = "name" };

    private static readonly Option<int?> Shards = new("--shards") { Description = "Over how many shards the steps are divided; one for every 8 MB if left out.", HelpName = "count" };

    private static readonly Option<bool> Append = new("--append") { Description = "Add to a memory that is there. The file is then read twice: once to check all of it." };

    private static readonly Option<double> Top = new("--top") { Description = "The share of the episodes that is imported, the best by return. Below 1 the file is read twice.", HelpName = "share", DefaultValueFactory = _ => 1 };

    private static readonly Option<D4rlRule> Rule = new("--rule")
    {
        Description = "What becomes of an episode's last step in D4RL's files: sequences keeps it, transitions drops it at timeouts, as D4RL's two functions do; known drops it there where the file does not say which observation followed, as train does.",
        HelpName = "sequences|transitions|known",
        DefaultValueFactory = _ => D4rlRule.Sequences,
    };

    private static readonly Option<bool> NoInfos = new("--no-infos") { Description = "Leave out the arrays under infos, which else become extra columns." };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("import", "Stream a data set into a memory, in bounded memory. A damaged file leaves nothing behind.")
        {
            File,
            MemoryOptions.Memory,
            MemoryOptions.State,
            MemoryOptions.Cluster,
            Task,
            Shards,
            Append,
            Rule,
            NoInfos,
            Top,
        };
        command.SetAction((result, cancellationToken) => RunAsync(terminal, result, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        if (result.GetValue(Shards) is < 1 or > 1000)
        {
            throw new UsageException($"--shards: expected 1 to 1000 but got {result.GetValue(Shards)}.");
        }

        var task = FindTask(result.GetValue(Task));
        using var source = EpisodeSources.Open(result.GetRequiredValue(File), new D4rlReaderOptions
        {
            Rule = result.GetValue(Rule),
            IncludeInfos = !result.GetValue(NoInfos),
            MaxEpisodeSteps = task?.MaxEpisodeSteps,
        });
        var chosen = Choose(terminal, result, source);
        return await MemoryHost.RunAsync(result, client => ImportAsync(terminal, result, chosen, task, client, cancellationToken));
    }

    private static IEpisodeSource Choose(Terminal terminal, ParseResult result, IEpisodeSource source)
    {
        var top = result.GetValue(Top);
        if (top is not (> 0 and <= 1))
        {
            throw new UsageException($"--top: expected a share in (0, 1] but got {top}.");
        }

        if (top == 1)
        {
            return source;
        }

        var selection = TopEpisodes.Select(source.ReadEpisodes(), top);
        terminal.WriteLine($"the best {selection.Selected.Episodes:#,0} of {selection.All.Episodes:#,0} episodes: mean return {selection.Selected.MeanReturn:#,0.0} of {selection.All.MeanReturn:#,0.0}");
        return selection.Over(source);
    }

    private static EnvironmentSpec? FindTask(string? name) => name is null ? null
        : EnvironmentRegistry.Names.Contains(name) ? EnvironmentRegistry.Find(name).Spec
        : throw new UsageException($"--task: expected one of {string.Join(", ", EnvironmentRegistry.Names)} but got '{name}'.");

    private static async Task<int> ImportAsync(
        Terminal terminal, ParseResult result, IEpisodeSource source, EnvironmentSpec? task, MemoryClient client, CancellationToken cancellationToken)
    {
        var name = result.GetRequiredValue(MemoryOptions.Memory);
        var progress = new ImportProgress(terminal, source.StepCount);
        if (await FindAsync(client, name) is { } existing)
        {
            if (!result.GetValue(Append))
            {
                throw new UsageException($"--memory: expected a new name, or --append to add to a memory that is there, but got '{name}', which is there.");
            }

            await System.Threading.Tasks.Task.Run(() => Check(source, cancellationToken), cancellationToken);
            return await WriteAsync(terminal, progress, existing, source, cancellationToken);
        }

        OutcomeRule outcome = task is null ? new ReturnQuantilesRule() : new ReturnThresholdRule(task.SuccessReturn);
        var durability = result.GetValue(MemoryOptions.Cluster) is null ? Durability.Snapshot : Durability.None;
        var memory = await client.CreateMemoryAsync(name, ImportMemory.CreateSpec(source, result.GetValue(Shards), outcome, durability), cancellationToken);
        try
        {
            return await WriteAsync(terminal, progress, memory, source, cancellationToken);
        }
        catch
        {
            await client.DeleteMemoryAsync(name, CancellationToken.None);
            throw;
        }
    }

    private static async Task<ExperienceMemory?> FindAsync(MemoryClient client, string name)
    {
        try
        {
            return await client.OpenMemoryAsync(name);
        }
        catch (UnknownMemoryException)
        {
            return null;
        }
    }

    private static void Check(IEpisodeSource source, CancellationToken cancellationToken)
    {
        foreach (var _ in source.ReadEpisodes())
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task<int> WriteAsync(Terminal terminal, ImportProgress progress, ExperienceMemory memory, IEpisodeSource source, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var imported = await EpisodeImport.RunAsync(memory, source, progress: progress, cancellationToken: cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        await memory.SnapshotAsync(CancellationToken.None);
        var held = await memory.GetStatisticsAsync(CancellationToken.None);
        using var process = Process.GetCurrentProcess();
        terminal.WriteLine($"{imported.Episodes:#,0} episodes of {imported.Steps:#,0} steps in {seconds:0.00} s ({imported.Steps / seconds:#,0} steps/s){(imported.Duplicates > 0 ? $", {imported.Duplicates:#,0} of them there before" : "")}");
        terminal.WriteLine($"memory '{memory.Name}': {held.Episodes:#,0} episodes, {held.Steps:#,0} steps, {held.Bytes / 1e6:0.0} MB in {memory.Spec.ShardCount} shard{(memory.Spec.ShardCount == 1 ? "" : "s")}; {memory.Spec.Experience.Observation} observations, {memory.Spec.Experience.Action} actions{Extras(memory.Spec.Experience)}");
        terminal.WriteLine($"peak of this process: {process.PeakWorkingSet64 / 1e6:0} MB");
        return ExitCode.Done;
    }

    private static string Extras(ExperienceSpec spec) => spec.ExtraColumns.IsEmpty ? "" : $"; {string.Join(", ", spec.ExtraColumns.Select(column => column.Name))}";
}
