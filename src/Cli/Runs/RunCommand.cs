using System.CommandLine;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl run</c>: many agents act, one memory keeps what they lived through, a learner trains on it and publishes policies.</summary>
internal static class RunCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("run", "Let many agents act on a task while a learner trains from their shared memory. Ends by itself at the target or the budget; Ctrl-C stops in order. For a first look: memoryrl run four-rooms")
        {
            RunOptions.Task,
            RunOptions.Agents,
            RunOptions.Algorithm,
            RunOptions.Seed,
            RunOptions.Steps,
            RunOptions.TargetSuccess,
            RunOptions.Out,
            RunOptions.Resume,
            RunOptions.Threads,
            RunOptions.NoMemory,
            RunOptions.AlgorithmOptions,
            RunOptions.Cluster,
        };
        command.SetAction((result, cancellationToken) => RunAsync(terminal, result, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        IRunView view = terminal.IsInteractive ? new LiveRunView(terminal.Console) : new PlainRunView(terminal.Out);
        var isVerbose = result.GetValue(MemoryRLCommandLine.Verbose);
        if (result.GetValue(RunOptions.Resume) is { } path)
        {
            var folder = new RunFolder(path);
            var resumed = ResolveResumed(result, folder.ReadParameters());
            using var held = RunLock.TakeFolder("--resume", folder.FullPath);
            folder.Write(resumed);
            return await new RunSession(resumed, folder, view, isVerbose).RunAsync(isResumed: true, cancellationToken);
        }

        var parameters = ResolveNew(result);
        var created = RunFolder.Create(result.GetRequiredValue(RunOptions.Out), parameters);
        using var own = RunLock.TakeFolder("--out", created.FullPath);
        return await new RunSession(parameters, created, view, isVerbose).RunAsync(isResumed: false, cancellationToken);
    }

    private static RunParameters ResolveResumed(ParseResult result, RunParameters parameters)
    {
        if (RunOptions.KeptByResume.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } kept)
        {
            throw new UsageException($"{kept.Name} cannot be given with --resume: the run goes on with what it was started with.");
        }

        var task = result.GetValue(RunOptions.Task);
        UsageException.ThrowUnless(task is null || task == parameters.Task, "task", $"'{parameters.Task}', the task of the run, or nothing", task);
        if (parameters.GrainHost != BuildInformation.GrainHost || parameters.TensorEngine != BuildInformation.TensorEngine)
        {
            throw new UsageException($"The run was started with GrainHost={parameters.GrainHost}, TensorEngine={parameters.TensorEngine}, but this program was built with GrainHost={BuildInformation.GrainHost}, TensorEngine={BuildInformation.TensorEngine}.");
        }

        return Check(parameters with
        {
            Steps = result.GetResult(RunOptions.Steps) is { Implicit: false } ? result.GetValue(RunOptions.Steps) : parameters.Steps,
            TargetSuccess = result.GetResult(RunOptions.TargetSuccess) is { Implicit: false } ? result.GetValue(RunOptions.TargetSuccess) : parameters.TargetSuccess,
            Threads = result.GetResult(RunOptions.Threads) is { Implicit: false } ? result.GetValue(RunOptions.Threads) : parameters.Threads,
        });
    }

    private static RunParameters ResolveNew(ParseResult result)
    {
        var name = result.GetValue(RunOptions.Task);
        UsageException.ThrowUnless(name is not null && EnvironmentRegistry.Names.Contains(name), "task", $"one of {string.Join(", ", EnvironmentRegistry.Names)}", name);
        var algorithm = AlgorithmCatalog.Find(result.GetRequiredValue(RunOptions.Algorithm));
        UsageException.ThrowUnless(algorithm.Learner is not { IsOffline: true }, "--algorithm", $"one of {string.Join(", ", AlgorithmCatalog.OnlineNames)}, which learn from what their agents live through (memoryrl train {algorithm.Name} --dataset FILE learns from data that are there already),", algorithm.Name);
        var cluster = result.GetValue(RunOptions.Cluster);
        UsageException.ThrowUnless(cluster is null || BuildInformation.GrainHost == "Orleans", "--cluster", "a build with real silos (dotnet run -c Release -p:GrainHost=Orleans --project src/Cli -- ...)", $"one with GrainHost={BuildInformation.GrainHost}, whose grains run in this process");
        var task = EnvironmentRegistry.Find(name).Spec;
        var parameters = Check(new RunParameters
        {
            Task = task.Name,
            Algorithm = algorithm.Name,
            Seed = result.GetValue(RunOptions.Seed),
            Agents = result.GetValue(RunOptions.Agents),
            Threads = result.GetValue(RunOptions.Threads),
            Steps = result.GetValue(RunOptions.Steps),
            TargetSuccess = result.GetValue(RunOptions.TargetSuccess),
            ActsOnMemory = !result.GetValue(RunOptions.NoMemory),
            Options = AlgorithmOptionTexts.Parse(result.GetValue(RunOptions.AlgorithmOptions)),
            Cluster = cluster,
            Memory = RunMemory.CreateSpec(task, algorithm, cluster is null ? Durability.Snapshot : Durability.None),
            PublishPeriod = algorithm.PublishPeriod,
            RandomSuccess = task.RandomSuccess ?? double.NaN,
            CommandLine = RunOrigin.Spell(result),
        });
        CheckOptions(parameters, algorithm);
        return parameters;
    }

    // A learner that is made and thrown away finds out here what would otherwise fail inside a grain.
    private static void CheckOptions(RunParameters parameters, AlgorithmEntry algorithm)
    {
        UsageException.ThrowUnless(algorithm.Learner is not null || parameters.Options.IsEmpty, "--option", $"none, since {algorithm.Name} has no options,", parameters.Options.Keys.FirstOrDefault());
        try
        {
            algorithm.Learner?.Create(new LearnerSettings(parameters.Memory.Experience, parameters.Seed, "auto", parameters.Options)).Dispose();
        }
        catch (InvalidExperienceException error)
        {
            throw new UsageException($"--option: {error.Message}");
        }
    }

    private static RunParameters Check(RunParameters parameters)
    {
        UsageException.ThrowUnless(parameters.Agents is >= 1 and <= 1_000_000, "--agents", "1 to 1,000,000 agents", parameters.Agents);
        UsageException.ThrowUnless(parameters.Threads is >= 1 and <= 1024, "--threads", "1 to 1024 threads", parameters.Threads);
        UsageException.ThrowUnless(parameters.Steps >= 1, "--steps", "1 or more steps", parameters.Steps);
        UsageException.ThrowUnless(parameters.TargetSuccess is > 0 and <= 1, "--target-success", "a share in (0, 1]", parameters.TargetSuccess);
        return parameters;
    }
}
