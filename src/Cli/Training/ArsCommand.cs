using System.CommandLine;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl train ars</c>: augmented random search, whose iterates are kept as a learning curve.</summary>
internal static class ArsCommand
{
    private static readonly Argument<string?> Task = new("task") { Description = "A task with continuous actions, such as hopper; left out with --resume.", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<double?> Minutes = new("--minutes") { Description = "How long to search, over all stops and resumes. Default 10 where no --iterations are given.", HelpName = "number" };

    private static readonly Option<long?> Iterations = new("--iterations") { Description = "How many iterations to do; the same seed and number then give the same weights, bit for bit.", HelpName = "count" };

    private static readonly Option<long> Seed = new("--seed") { Description = "The seed of everything random.", HelpName = "number", DefaultValueFactory = _ => 0 };

    private static readonly Option<int> Threads = new("--threads") { Description = "How many threads play episodes; it changes the time, never the result of an iteration.", HelpName = "count", DefaultValueFactory = _ => Environment.ProcessorCount };

    private static readonly Option<string> Out = new("--out") { Description = "Where the run's folder is made.", HelpName = "folder", DefaultValueFactory = _ => "runs" };

    private static readonly Option<string?> Resume = new("--resume") { Description = "Go on with a search that was stopped, from its folder. Only --minutes, --iterations and --threads may differ.", HelpName = "run folder" };

    private static readonly Option<int> SavePeriod = new("--save-every") { Description = "How many iterations lie between two policies that are evaluated and kept.", HelpName = "iterations", DefaultValueFactory = _ => 10 };

    private static readonly Option<int> EvaluationEpisodes = new("--evaluation-episodes") { Description = "How many episodes evaluate each of them.", HelpName = "count", DefaultValueFactory = _ => 10 };

    private static readonly Option<int> FinalEpisodes = new("--final-episodes") { Description = "How many fresh episodes evaluate the last and the best policy at the end.", HelpName = "count", DefaultValueFactory = _ => 100 };

    private static readonly Option<double?> StepSize = new("--step-size") { Description = "The step size, in place of the paper's for the task.", HelpName = "number" };

    private static readonly Option<int?> Directions = new("--directions") { Description = "How many directions an iteration tries, likewise.", HelpName = "count" };

    private static readonly Option<int?> TopDirections = new("--top-directions") { Description = "How many of them an update uses, likewise.", HelpName = "count" };

    private static readonly Option<double?> Noise = new("--noise") { Description = "How far a direction is gone, likewise.", HelpName = "number" };

    private static readonly Option<double?> SurvivalBonus = new("--survival-bonus") { Description = "What a step's reward pays for survival and training leaves out, likewise.", HelpName = "number" };

    private static readonly Option[] KeptByResume = [Seed, Out, SavePeriod, EvaluationEpisodes, FinalEpisodes, StepSize, Directions, TopDirections, Noise, SurvivalBonus];

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("ars", "Search a linear policy by augmented random search (Mania et al. 2018, V2-t) and keep its learning curve. Ctrl-C stops in order. For a first look: memoryrl train ars hopper --minutes 1")
        {
            Task,
            Minutes,
            Iterations,
            Seed,
            Threads,
            Out,
            Resume,
            SavePeriod,
            EvaluationEpisodes,
            FinalEpisodes,
            StepSize,
            Directions,
            TopDirections,
            Noise,
            SurvivalBonus,
        };
        command.SetAction((result, cancellationToken) => System.Threading.Tasks.Task.Run(() => Run(terminal, result, cancellationToken), CancellationToken.None));
        return command;
    }

    private static int Run(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        if (result.GetValue(Resume) is { } path)
        {
            if (KeptByResume.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } kept)
            {
                throw new UsageException($"{kept.Name} cannot be given with --resume: the search goes on with what it was started with.");
            }

            var folder = Path.GetFullPath(path);
            var resumed = ResolveResumed(result, ArsParameters.Load(folder));
            using var held = RunLock.TakeFolder("--resume", folder);
            resumed.Save(folder);
            return new ArsRun(resumed, folder, terminal).Run(cancellationToken);
        }

        var parameters = ResolveNew(result);
        var created = TrainingFiles.Create(result.GetRequiredValue(Out), $"{parameters.Task}__{parameters.Algorithm}__{parameters.Seed}", parameters.StartedAt);
        using var taken = RunLock.TakeFolder("--out", created);
        parameters.Save(created);
        return new ArsRun(parameters, created, terminal).Run(cancellationToken);
    }

    private static ArsParameters ResolveResumed(ParseResult result, ArsParameters parameters)
    {
        var task = result.GetValue(Task);
        UsageException.ThrowUnless(task is null || task == parameters.Task, "task", $"'{parameters.Task}', the task of the run, or nothing", task);
        var (minutes, iterations) = (result.GetValue(Minutes), result.GetValue(Iterations));
        return Check(parameters with
        {
            Threads = result.GetResult(Threads) is { Implicit: false } ? result.GetValue(Threads) : parameters.Threads,
            Minutes = minutes ?? (iterations is null ? parameters.Minutes : null),
            Iterations = iterations ?? (minutes is null ? parameters.Iterations : null),
        });
    }

    private static ArsParameters ResolveNew(ParseResult result)
    {
        var name = result.GetValue(Task);
        UsageException.ThrowUnless(name is not null && EnvironmentRegistry.Names.Contains(name), "task", $"one of {string.Join(", ", EnvironmentRegistry.Names)}", name);
        var experience = EnvironmentRegistry.Find(name).Spec.Experience;
        UsageException.ThrowUnless(experience.Action is BoxSpace && experience.Observation is BoxSpace { ElementType: ElementType.Float32 }, "task", "one with continuous observations and actions, such as hopper,", name);
        var settings = ArsSettings.For(name);
        var iterations = result.GetValue(Iterations);
        return Check(new ArsParameters
        {
            Task = name,
            Algorithm = GaussianActorPolicyFactory.RandomSearch,
            Seed = result.GetValue(Seed),
            Threads = result.GetValue(Threads),
            Minutes = result.GetValue(Minutes) ?? (iterations is null ? 10 : null),
            Iterations = iterations,
            SavePeriod = result.GetValue(SavePeriod),
            EvaluationEpisodes = result.GetValue(EvaluationEpisodes),
            FinalEpisodes = result.GetValue(FinalEpisodes),
            Settings = settings with
            {
                StepSize = result.GetValue(StepSize) ?? settings.StepSize,
                Directions = result.GetValue(Directions) ?? settings.Directions,
                TopDirections = result.GetValue(TopDirections) ?? Math.Min(settings.TopDirections, result.GetValue(Directions) ?? settings.Directions),
                Noise = result.GetValue(Noise) ?? settings.Noise,
                SurvivalBonus = result.GetValue(SurvivalBonus) ?? settings.SurvivalBonus,
            },
            CommandLine = RunOrigin.Spell(result),
        });
    }

    private static ArsParameters Check(ArsParameters parameters)
    {
        UsageException.ThrowUnless(parameters.Minutes is null or (> 0 and <= 1_000_000), "--minutes", "a number above 0", parameters.Minutes);
        UsageException.ThrowUnless(parameters.Iterations is null or >= 1, "--iterations", "1 or more iterations", parameters.Iterations);
        UsageException.ThrowUnless(parameters.Threads is >= 1 and <= 1024, "--threads", "1 to 1024 threads", parameters.Threads);
        UsageException.ThrowUnless(parameters.SavePeriod >= 1, "--save-every", "1 or more iterations", parameters.SavePeriod);
        UsageException.ThrowUnless(parameters.EvaluationEpisodes >= 1, "--evaluation-episodes", "1 or more episodes", parameters.EvaluationEpisodes);
        UsageException.ThrowUnless(parameters.FinalEpisodes >= 1, "--final-episodes", "1 or more episodes", parameters.FinalEpisodes);
        try
        {
            parameters.Settings.Validate();
        }
        catch (InvalidExperienceException error)
        {
            throw new UsageException($"{error.Message}");
        }

        var task = EnvironmentRegistry.Find(parameters.Task);
        return task.UnavailableReason is { } reason ? throw new EnvironmentUnavailableException(parameters.Task, reason) : parameters;
    }
}
