using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl train &lt;algorithm&gt; --dataset</c>: trains an offline learner on all or the best episodes of a data set, by a learner grain beside the data.</summary>
internal static class OfflineCommand
{
    private static readonly Option<string?> Dataset = new("--dataset") { Description = "The data: an HDF5 file in D4RL's layout, or a .safetensors file of episodes. Needed but with --resume.", HelpName = "file" };

    private static readonly Option<string?> Task = new("--task") { Description = "The task, where neither the file's metadata nor its name say it.", HelpName = "name" };

    private static readonly Option<int> Updates = new("--updates") { Description = "How many gradient steps each seed takes.", HelpName = "count", DefaultValueFactory = _ => 100_000 };

    private static readonly Option<int> Seeds = new("--seeds") { Description = "How many seeds are trained on the same data. A config's number counts where neither this nor --seed is given.", HelpName = "count", DefaultValueFactory = _ => 1 };

    private static readonly Option<int> Parallel = new("--parallel") { Description = "How many of them are trained at once; it changes the time, never the result. Learners that plan the memory, vem and awr, train one.", HelpName = "count", DefaultValueFactory = _ => 1 };

    private static readonly Option<long> Seed = new("--seed") { Description = "The first seed.", HelpName = "number", DefaultValueFactory = _ => 0 };

    private static readonly Option<double> Top = new("--top") { Description = "The share of the episodes that is learned from, the best by return: bc with 0.1 is 10 % BC.", HelpName = "share", DefaultValueFactory = _ => 1 };

    private static readonly Option<string?> Rewards = new("--rewards") { Description = "How rewards are scaled: raw, minus-one (less 1 a step), hundred (times 100) or locomotion (by 1000 over the range of returns). Default by task, as IQL's authors do: minus-one in antmaze (hundred for learners that plan), locomotion for hopper, walker2d and half-cheetah, else raw.", HelpName = "name" };

    private static readonly Option<string[]> LearnerOptions = new("--option") { Description = "An option of the learner, such as batch-size=512; may be given more than once. A wrong name is answered with all names.", HelpName = "name=value" };

    private static readonly Option<int> Evaluations = new("--evaluations") { Description = "How many policies on the way are evaluated, the last included.", HelpName = "count", DefaultValueFactory = _ => 5 };

    private static readonly Option<int> EvaluationEpisodes = new("--evaluation-episodes") { Description = "How many episodes evaluate each of them.", HelpName = "count", DefaultValueFactory = _ => 10 };

    private static readonly Option<int> FinalEpisodes = new("--final-episodes") { Description = "How many fresh episodes evaluate the last policy.", HelpName = "count", DefaultValueFactory = _ => 100 };

    private static readonly Option<int> Threads = new("--threads") { Description = "How many threads play episodes; it changes the time, never the result.", HelpName = "count", DefaultValueFactory = _ => Environment.ProcessorCount };

    private static readonly Option<string?> Config = new("--config") { Description = "A JSON file of settings, such as results/configs/vem/antmaze-large.json: algorithm, dataset, updates, seeds, top, rewards, options, evaluations, evaluationEpisodes, finalEpisodes. What is given here wins over it.", HelpName = "file" };

    private static readonly Option<string?> Resume = new("--resume") { Description = "Go on with a run that was stopped, from its folder, as if it had not been. Only --threads and --parallel may differ.", HelpName = "run folder" };

    private static readonly Option<string> Out = new("--out") { Description = "Where the run's folder is made.", HelpName = "folder", DefaultValueFactory = _ => "runs" };

    private static readonly Option[] KeptByResume = [Dataset, Config, Task, Updates, Seeds, Seed, Top, Rewards, LearnerOptions, Evaluations, EvaluationEpisodes, FinalEpisodes, Out];

    /// <summary>Makes the command of one algorithm.</summary>
    /// <param name="factory">What makes its learners.</param>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(ILearnerFactory factory, Terminal terminal)
    {
        var command = new Command(factory.Algorithm, $"{Describe(factory.Algorithm)} For example: memoryrl train {factory.Algorithm} --dataset hopper-medium-replay.hdf5 --seeds 3")
        {
            Dataset,
            Config,
            Task,
            Updates,
            Seeds,
            Parallel,
            Seed,
            Top,
            Rewards,
            LearnerOptions,
            Evaluations,
            EvaluationEpisodes,
            FinalEpisodes,
            Threads,
            Out,
            Resume,
        };
        command.SetAction((result, cancellationToken) => RunAsync(factory, terminal, result, cancellationToken));
        return command;
    }

    private static string Describe(string algorithm) => algorithm switch
    {
        "bc" => "Clone the behaviour that data show, by a learner beside them (as CORL's any_percent_bc); with --top 0.1 that of the best tenth.",
        _ => $"Train {algorithm} on data alone, by a learner beside them.",
    };

    /// <summary>Reads what a command line asks for, with its config, if it names one; the config is read once, so that it may be a pipe.</summary>
    /// <param name="factory">What makes the learners.</param>
    /// <param name="terminal">Where to note what may not be meant.</param>
    /// <param name="result">The command line.</param>
    /// <returns>The run's parameters and its options.</returns>
    /// <exception cref="UsageException">Something is asked for that there is not.</exception>
    public static (OfflineParameters Parameters, OfflineOptions Options) Resolve(ILearnerFactory factory, Terminal terminal, ParseResult result)
    {
        var dataset = result.GetValue(Dataset);
        UsageException.ThrowUnless(dataset is not null && File.Exists(dataset), "--dataset", "a file", dataset);
        var config = result.GetValue(Config) is { } file ? LoadConfig(factory, file) : OfflineConfig.Empty;
        var top = IsGiven(result, Top) ? result.GetValue(Top) : config.Top ?? result.GetValue(Top);
        var (options, rewards) = Merge(result, config);
        var parameters = Check(new OfflineParameters
        {
            Task = ResolveTask(result, dataset),
            Algorithm = factory.Algorithm,
            Method = top < 1 ? string.Create(CultureInfo.InvariantCulture, $"{factory.Algorithm}, top {100 * top:0.###} %") : factory.Algorithm,
            Dataset = Path.GetFullPath(dataset),
            Top = top,
            Seed = result.GetValue(Seed),

            // One seed that is named is one number of a table; all seeds of a config are its row.
            Seeds = Choose(result, Seeds, IsGiven(result, Seed) ? null : config.Seeds),
            Updates = Choose(result, Updates, config.Updates),
            Evaluations = Choose(result, Evaluations, config.Evaluations),
            EvaluationEpisodes = Choose(result, EvaluationEpisodes, config.EvaluationEpisodes),
            FinalEpisodes = Choose(result, FinalEpisodes, config.FinalEpisodes),
            Threads = result.GetValue(Threads),
            Options = options,
            CommandLine = RunOrigin.Spell(result),
        });
        var learned = new OfflineOptions(factory, parameters.Task, options, rewards);
        learned.Check(parameters.Updates);
        NoteOtherData(terminal, config, dataset);
        return (parameters with { Rewards = learned.Rewards }, learned);
    }

    // Rewards are scaled by a name or by two options: either, given here, wins over the other in a config too.
    private static (ImmutableSortedDictionary<string, string> Options, string? Rewards) Merge(ParseResult result, OfflineConfig config)
    {
        var (given, rewards) = (AlgorithmOptionTexts.Parse(result.GetValue(LearnerOptions)), result.GetValue(Rewards));
        var kept = (config.Options ?? ImmutableSortedDictionary<string, string>.Empty).Where(option => rewards is null || !OfflineOptions.ScalesRewards(option.Key));
        return (ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, kept).SetItems(given), rewards ?? (given.Keys.Any(OfflineOptions.ScalesRewards) ? null : config.Rewards));
    }

    // It may be meant, and does not show in the figures.
    private static void NoteOtherData(Terminal terminal, OfflineConfig config, string dataset)
    {
        var file = Path.GetFileName(dataset);
        if (config.Dataset is { } meant && !file.StartsWith(meant, StringComparison.OrdinalIgnoreCase))
        {
            terminal.WriteError($"note: the config is meant for the data set {meant}, and '{file}' is not named so.");
        }
    }

    private static async Task<int> RunAsync(ILearnerFactory factory, Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var resumed = result.GetValue(Resume) is { } folder ? Path.GetFullPath(folder) : null;
        var (parameters, options) = resumed is null ? Resolve(factory, terminal, result) : ResolveResumed(factory, result, resumed);
        UsageException.ThrowUnless(result.GetValue(Parallel) is >= 1 and <= 1000, "--parallel", "1 to 1000 seeds", result.GetValue(Parallel));
        UsageException.ThrowUnless(result.GetValue(Parallel) == 1 || !options.IsPlanning, "--parallel", $"1 for {factory.Algorithm}, which plans the memory that all seeds share (several commands at once have one each),", result.GetValue(Parallel));
        return EnvironmentRegistry.Find(parameters.Task).UnavailableReason is { } reason
            ? throw new EnvironmentUnavailableException(parameters.Task, reason)
            : await new OfflineRun(parameters, options, terminal, result.GetValue(MemoryRLCommandLine.Verbose))
            {
                Resumed = resumed,
                Parallelism = result.GetValue(Parallel),
                Parent = result.GetRequiredValue(Out),
            }.RunAsync(cancellationToken);
    }

    private static (OfflineParameters Parameters, OfflineOptions Options) ResolveResumed(ILearnerFactory factory, ParseResult result, string folder)
    {
        if (KeptByResume.FirstOrDefault(option => IsGiven(result, option)) is { } kept)
        {
            throw new UsageException($"{kept.Name} cannot be given with --resume: the run goes on with what it was started with.");
        }

        var parameters = OfflineParameters.Load(folder);
        UsageException.ThrowUnless(parameters.Algorithm == factory.Algorithm, "--resume", $"the folder of a run of {factory.Algorithm} (memoryrl train {parameters.Algorithm} --resume goes on with this one)", folder);
        UsageException.ThrowUnless(!File.Exists(Path.Combine(folder, RunResult.FileName)), "--resume", "the folder of the run, which holds those of its seeds,", folder);
        UsageException.ThrowUnless(File.Exists(parameters.Dataset), "--resume", $"the data of the run where they were, in {parameters.Dataset},", folder);
        var isSameProgram = (parameters.Version, parameters.GrainHost, parameters.TensorEngine) == (BuildInformation.FullVersion, BuildInformation.GrainHost, BuildInformation.TensorEngine);
        UsageException.ThrowUnless(isSameProgram, "--resume", $"the program that the run was started with, {parameters.Version} (GrainHost={parameters.GrainHost}, TensorEngine={parameters.TensorEngine}),", $"{BuildInformation.FullVersion} (GrainHost={BuildInformation.GrainHost}, TensorEngine={BuildInformation.TensorEngine})");
        var threads = IsGiven(result, Threads) ? result.GetValue(Threads) : parameters.Threads;
        return (Check(parameters with { Threads = threads }), new OfflineOptions(factory, parameters.Task, parameters.Options, parameters.Rewards));
    }

    private static OfflineConfig LoadConfig(ILearnerFactory factory, string file)
    {
        var config = OfflineConfig.Load(file);
        UsageException.ThrowUnless(config.Algorithm is null || config.Algorithm == factory.Algorithm, $"--config {file}: algorithm", $"'{factory.Algorithm}', the algorithm of the command,", config.Algorithm);
        return config;
    }

    private static bool IsGiven(ParseResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private static int Choose(ParseResult result, Option<int> option, int? ofConfig) => IsGiven(result, option) ? result.GetValue(option) : ofConfig ?? result.GetValue(option);

    private static OfflineParameters Check(OfflineParameters parameters)
    {
        UsageException.ThrowUnless(parameters.Top is > 0 and <= 1, "--top", "a share in (0, 1]", parameters.Top);
        UsageException.ThrowUnless(parameters.Seeds is >= 1 and <= 1000, "--seeds", "1 to 1000 seeds", parameters.Seeds);
        UsageException.ThrowUnless(parameters.Updates is >= 1 and <= 1_000_000_000, "--updates", "1 to 1,000,000,000 updates", parameters.Updates);
        UsageException.ThrowUnless(parameters.Evaluations is >= 1 and <= 1000, "--evaluations", "1 to 1000", parameters.Evaluations);
        UsageException.ThrowUnless(parameters.EvaluationEpisodes >= 1, "--evaluation-episodes", "1 or more episodes", parameters.EvaluationEpisodes);
        UsageException.ThrowUnless(parameters.FinalEpisodes >= 1, "--final-episodes", "1 or more episodes", parameters.FinalEpisodes);
        UsageException.ThrowUnless(parameters.Threads is >= 1 and <= 1024, "--threads", "1 to 1024 threads", parameters.Threads);
        return parameters;
    }

    private static string ResolveTask(ParseResult result, string dataset)
    {
        var given = result.GetValue(Task);
        UsageException.ThrowUnless(given is null || EnvironmentRegistry.Names.Contains(given), "--task", $"one of {string.Join(", ", EnvironmentRegistry.Names)}", given);
        return given ?? OfflineData.FindTask(dataset) ?? throw new UsageException($"Neither the metadata nor the name of '{dataset}' say its task. Name it with --task: {string.Join(", ", EnvironmentRegistry.Names)}.");
    }
}
