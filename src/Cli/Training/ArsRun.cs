using System.Diagnostics;
using System.Globalization;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>One sitting of a random search: from its start or resume to its end or the reader's Ctrl-C.</summary>
/// <remarks>
/// After every so many iterations the policy is evaluated greedily and kept, and then the search's state is written: a search that is killed
/// goes on from the last kept policy. The evaluations' time counts; the fresh evaluation at the end does not.
/// </remarks>
internal sealed class ArsRun
{
    private const string StateFile = "state.safetensors";
    private const string LastFile = "last.safetensors";
    private const string IterateFolder = "iterates";
    private const string SecondsKey = "seconds";

    // No stream of the search's own: the same episodes judge every policy of every seed, and others judge the last and the best one.
    private const ulong CurveSeed = 0x6EED_4152_5300;
    private const ulong FinalSeed = 0x6EED_4152_5301;

    private readonly ArsParameters _parameters;
    private readonly string _folder;
    private readonly Terminal _terminal;
    private readonly ArsTrainer _trainer;
    private readonly EnvironmentEntry _task;
    private readonly Stopwatch _clock = new();
    private ArsIterates _iterates;
    private double _secondsBefore;
    private long _stepsBefore;

    /// <summary>Initializes a search, from its state if there is one.</summary>
    /// <param name="parameters">What it was started with.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="terminal">Where to write.</param>
    public ArsRun(ArsParameters parameters, string folder, Terminal terminal)
    {
        (_parameters, _folder, _terminal) = (parameters, folder, terminal);
        _task = EnvironmentRegistry.Find(parameters.Task);
        _trainer = new ArsTrainer(_task.Create, parameters.Settings, (ulong)parameters.Seed, parameters.Threads);
        _iterates = new ArsIterates(parameters.Task, []);
        LoadState();
    }

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    private bool IsDone => (_parameters.Iterations is { } iterations && _trainer.Iterations >= iterations) || (_parameters.Minutes is { } minutes && Seconds >= 60 * minutes);

    /// <summary>Searches.</summary>
    /// <param name="cancellationToken">Stops in order.</param>
    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancellationToken)
    {
        var limit = string.Join(" or ", ((string?[])[_parameters.Iterations is { } iterations ? $"{iterations:#,0} iterations" : null, _parameters.Minutes is { } minutes ? $"{minutes:0.##} min" : null]).OfType<string>());
        var start = _trainer.Iterations == 0 ? "" : $", from iteration {_trainer.Iterations:#,0}";
        _terminal.WriteLine($"ars on {_parameters.Task}, seed {_parameters.Seed}, {_parameters.Threads} threads, up to {limit}{start}; folder {_folder}");
        _clock.Start();
        try
        {
            while (!IsDone)
            {
                var iteration = _trainer.Iterate(cancellationToken);
                if (iteration.Number % _parameters.SavePeriod == 0 || IsDone)
                {
                    Keep(iteration, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            WriteResult(final: null, isComplete: false);
            _terminal.WriteLine($"Stopped. Go on with: memoryrl train ars --resume {_folder}");
            return ExitCode.Done;
        }

        _clock.Stop();
        return Conclude(cancellationToken);
    }

    private void Keep(ArsIteration iteration, CancellationToken cancellationToken)
    {
        var returns = _trainer.Evaluate(_parameters.EvaluationEpisodes, CurveSeed, cancellationToken);
        var mean = returns.Average();
        var deviation = Math.Sqrt(returns.Average(value => (value - mean) * (value - mean)));
        var file = Path.Combine(IterateFolder, string.Create(CultureInfo.InvariantCulture, $"iterate-{iteration.Number:000000}.safetensors"));
        var bundle = ArsBundles.Create(_trainer.CopyPolicy(), _task.Spec, iteration.Number);
        Directory.CreateDirectory(Path.Combine(_folder, IterateFolder));
        WriteBundle(file, bundle);
        WriteBundle(LastFile, bundle);
        _iterates = _iterates with { Iterates = _iterates.Iterates.Add(new ArsIterate(file.Replace('\\', '/'), iteration.Number, iteration.TotalSteps, Seconds, mean, deviation, returns.Length, iteration.MeanReturn)) };
        var best = Best();
        if (best.Iteration == iteration.Number)
        {
            WriteBundle(TrainingFiles.Policy, bundle);
        }

        _iterates.Save(_folder);
        SaveState();
        var rate = (_trainer.Steps - _stepsBefore) / _clock.Elapsed.TotalSeconds;
        _terminal.WriteLine($"{ReportText.Duration(Seconds),-13} iteration {iteration.Number,6:#,0}  {iteration.TotalSteps,11:#,0} steps  {rate,8:#,0} steps/s  return {mean,9:#,0.0} +- {deviation,7:#,0.0}  best {best.Return,9:#,0.0} at {best.Iteration:#,0}");
    }

    private int Conclude(CancellationToken cancellationToken)
    {
        var last = _iterates.Iterates[^1];
        var final = Evaluate(LastFile, cancellationToken);
        WriteResult(ResultPoint.From(_task.Spec, last.Steps, final), isComplete: true);
        Tell("last", last, final);
        Tell("best", Best(), Evaluate(TrainingFiles.Policy, cancellationToken));
        _terminal.WriteLine($"Policies, curve and result: {_folder}");
        return ExitCode.Done;
    }

    private void Tell(string which, ArsIterate iterate, EvaluationResult result)
    {
        var score = _task.Spec.References is { } references ? $", {references.Score(result.Return.Estimate):0.0} by D4RL's reference returns" : "";
        _terminal.WriteLine($"{which} policy, iteration {iterate.Iteration:#,0}: {result.Return.Estimate:#,0.0}{ReportText.Bounds(result.Return)} over {result.Episodes.Length} fresh episodes{score}");
    }

    private EvaluationResult Evaluate(string file, CancellationToken cancellationToken)
    {
        var bundle = File.ReadAllBytes(Path.Combine(_folder, file));
        var factory = new GaussianActorPolicyFactory(_parameters.Algorithm);
        var options = new EvaluationOptions { Episodes = _parameters.FinalEpisodes, Seed = FinalSeed, ThreadCount = _parameters.Threads };
        return ParallelEvaluation.Run(_task.Create, () => factory.Create(bundle), options, cancellationToken);
    }

    // The first of equals.
    private ArsIterate Best() => _iterates.Iterates.MaxBy(iterate => iterate.Return)!;

    private void WriteResult(ResultPoint? final, bool isComplete)
    {
        var curve = _iterates.Iterates.Select(iterate => new ResultPoint
        {
            At = iterate.Steps,
            Return = iterate.Return,
            Score = _task.Spec.References?.Score(iterate.Return),
            Episodes = iterate.Episodes,
        }).ToList();
        new RunResult
        {
            Task = _parameters.Task,
            Algorithm = _parameters.Algorithm,
            Method = _parameters.Algorithm,
            Seed = _parameters.Seed,
            Updates = _trainer.Iterations,
            Steps = _trainer.Steps,
            ProgressUnit = "steps",
            IsComplete = isComplete,
            Final = final,
            Best = RunResult.BestOf(curve),
            Curve = [.. curve],
        }.Save(_folder);
    }

    private void WriteBundle(string file, byte[] bundle) => WholeFile.Replace(Path.Combine(_folder, file), stream => stream.Write(bundle));

    private void SaveState()
    {
        var state = new SafetensorsBuilder();
        _trainer.Save(state);
        state.Metadata[SecondsKey] = Seconds.ToString("R", CultureInfo.InvariantCulture);
        WholeFile.Replace(Path.Combine(_folder, StateFile), state.WriteTo);
    }

    private void LoadState()
    {
        var path = Path.Combine(_folder, StateFile);
        if (!File.Exists(path))
        {
            return;
        }

        var state = SafetensorsDocument.Parse(File.ReadAllBytes(path), path);
        _trainer.Load(state);
        _stepsBefore = _trainer.Steps;
        _secondsBefore = double.TryParse(state.RequireMetadata(SecondsKey), CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : throw new SafetensorsFormatException(path, $"metadata '{SecondsKey}': expected a number but got '{state.Metadata[SecondsKey]}'.");

        // A policy that was kept just before a kill, and the state not, will be made again.
        var kept = ArsIterates.Load(_folder);
        _iterates = kept with { Iterates = kept.Iterates.RemoveAll(iterate => iterate.Iteration > _trainer.Iterations) };
    }
}
