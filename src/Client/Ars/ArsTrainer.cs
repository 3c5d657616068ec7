using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>Augmented random search, V2-t: a linear policy learned by trying random directions, on as many threads as one likes.</summary>
/// <remarks>
/// Mania et al. 2018, arXiv:1803.07055. Every direction and every episode has a random stream of its own and results are joined in the order of
/// their numbers, so that weights do not depend on the number of threads, bit for bit. Both trials of a direction start from the same state,
/// and observations are normalised by the moments of all iterations before (the authors' code does the latter; the former is our choice).
/// One thread at a time calls it.
/// </remarks>
public sealed class ArsTrainer
{
    private const ulong DirectionStreams = 0x4152_5344_0000_0000;
    private const ulong EpisodeStreams = 0x4152_5345_0000_0000;

    // A feature that changes less is a constant, and dividing by its deviation would blow up rounding errors. The authors' code has the same number.
    private const double LeastDeviation = 1e-7;

    private readonly ArsSettings _settings;
    private readonly ulong _seed;
    private readonly ArsRollouts[] _workers;
    private readonly double[] _weights;
    private readonly double[] _directions;
    private readonly double[] _center;
    private readonly double[] _inverseDeviation;
    private readonly Trial[] _trials;
    private readonly ObservationMoments _moments;

    /// <summary>Initializes a search from the zero policy.</summary>
    /// <param name="createEnvironment">Makes an environment, one for each thread; its task has a limit of steps and float32 boxes.</param>
    /// <param name="settings">How to search.</param>
    /// <param name="seed">The seed of everything random.</param>
    /// <param name="threads">The number of threads, at least 1; it changes the time, never the result.</param>
    /// <exception cref="InvalidExperienceException">A setting is not allowed, or the task has no limit or other spaces; the message names it.</exception>
    public ArsTrainer(Func<IEnvironment> createEnvironment, ArsSettings settings, ulong seed, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(createEnvironment);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        settings.Validate();
        _settings = settings;
        _seed = seed;
        _workers = new ArsRollouts[threads];
        for (var i = 0; i < threads; i++)
        {
            var environment = createEnvironment();
            CheckTask(environment.Spec);
            _workers[i] = new ArsRollouts(environment);
            Spec = environment.Spec;
        }

        var (features, actions) = (Spec!.Experience.Observation.ElementCount, Spec.Experience.Action.ElementCount);
        _weights = new double[actions * features];
        _directions = new double[settings.Directions * _weights.Length];
        _center = new double[features];
        _inverseDeviation = new double[features];
        _moments = new ObservationMoments(features);
        _trials = new Trial[2 * settings.Directions];
        for (var i = 0; i < _trials.Length; i++)
        {
            _trials[i] = new Trial(features);
        }
    }

    /// <summary>Gets the task.</summary>
    public EnvironmentSpec Spec { get; }

    /// <summary>Gets the number of iterations done.</summary>
    public long Iterations { get; private set; }

    /// <summary>Gets the number of environment steps of all iterations.</summary>
    public long Steps { get; private set; }

    /// <summary>Does one iteration: tries every direction both ways, then moves the weights.</summary>
    /// <param name="cancellationToken">Ends it between two episodes; the search is then where it was before.</param>
    /// <returns>What it saw.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ArsIteration Iterate(CancellationToken cancellationToken = default)
    {
        Prepare();
        RunTrials(cancellationToken);
        var (forward, backward) = (new double[_settings.Directions], new double[_settings.Directions]);
        var (sum, best) = (0.0, double.NegativeInfinity);
        for (var i = 0; i < _trials.Length; i++)
        {
            var trial = _trials[i];
            _moments.Join(trial.Steps, _center, trial.Sums, trial.Squares);
            Steps += trial.Steps;
            sum += trial.Return;
            best = Math.Max(best, trial.Return);
            (i % 2 == 0 ? forward : backward)[i / 2] = trial.Return - (_settings.SurvivalBonus * trial.Steps);
        }

        ArsUpdate.Apply(_weights, _directions, forward, backward, _settings.TopDirections, _settings.StepSize);
        Iterations++;
        return new ArsIteration(Iterations, Steps, sum / _trials.Length, best);
    }

    /// <summary>Plays episodes with the policy as it is, whose observations are not added to the moments.</summary>
    /// <param name="episodes">How many, at least 1.</param>
    /// <param name="seed">The seed of the episodes.</param>
    /// <param name="cancellationToken">Ends it between two episodes.</param>
    /// <returns>Their returns, survival bonus included, in the order of their numbers.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public double[] Evaluate(int episodes, ulong seed, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        Normalize();
        var returns = new double[episodes];
        void Play(ArsRollouts worker, int episode)
        {
            worker.Actor.Set(_weights, [], 0, _center, _inverseDeviation);
            returns[episode] = worker.Play(new RandomStream(seed, (ulong)episode), _center, [], []).Return;
        }

        Share(episodes, Play, cancellationToken);
        return returns;
    }

    /// <summary>Copies the policy as it is.</summary>
    /// <returns>The policy.</returns>
    public ArsPolicy CopyPolicy()
    {
        var features = _center.Length;
        var (weights, deviation) = ((double[])_weights.Clone(), new double[features]);
        for (var i = 0; i < features; i++)
        {
            deviation[i] = _moments.Deviation(i);
            if (deviation[i] < LeastDeviation)
            {
                deviation[i] = 1;
                for (var j = i; j < weights.Length; j += features)
                {
                    weights[j] = 0;
                }
            }
        }

        return new ArsPolicy([.. weights], [.. _moments.Mean], [.. deviation]);
    }

    /// <summary>Adds the whole state of the search to a checkpoint.</summary>
    /// <param name="checkpoint">Where it goes.</param>
    public void Save(SafetensorsBuilder checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var features = _center.Length;
        checkpoint.Add<double>("ars.weights", [_weights.Length / features, features], _weights);
        checkpoint.Add<double>("ars.mean", [features], _moments.Mean);
        checkpoint.Add<double>("ars.squares", [features], _moments.Squares);
        checkpoint.Add<long>("ars.counts", [3], [_moments.Count, Iterations, Steps]);
    }

    /// <summary>Restores the state; the search then goes on as if it had never stopped, given the same settings and seed.</summary>
    /// <param name="checkpoint">What <see cref="Save"/> wrote to.</param>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or has another shape; the message names it.</exception>
    public void Load(SafetensorsDocument checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var features = _center.Length;
        var weights = checkpoint.Require("ars.weights", ElementType.Float64, _weights.Length / features, features).Values<double>();
        var mean = checkpoint.Require("ars.mean", ElementType.Float64, features).Values<double>();
        var squares = checkpoint.Require("ars.squares", ElementType.Float64, features).Values<double>();
        var counts = checkpoint.Require("ars.counts", ElementType.Int64, 3).Values<long>();
        weights.CopyTo(_weights);
        mean.CopyTo(_moments.Mean);
        squares.CopyTo(_moments.Squares);
        (_moments.Count, Iterations, Steps) = (counts[0], counts[1], counts[2]);
    }

    private static void CheckTask(EnvironmentSpec spec)
    {
        InvalidExperienceException.ThrowUnless(spec.MaxEpisodeSteps is not null, "environment.max_episode_steps", "a limit, so that every episode ends", "none");
        InvalidExperienceException.ThrowUnless(spec.Experience.Observation is BoxSpace { ElementType: ElementType.Float32 }, "environment.observation", "a float32 box", spec.Experience.Observation);
        InvalidExperienceException.ThrowUnless(spec.Experience.Action is BoxSpace { ElementType: ElementType.Float32 }, "environment.action", "a float32 box", spec.Experience.Action);
    }

    private void Normalize()
    {
        for (var i = 0; i < _center.Length; i++)
        {
            var deviation = _moments.Deviation(i);
            _center[i] = _moments.Mean[i];
            _inverseDeviation[i] = deviation < LeastDeviation ? 0 : 1 / deviation;
        }
    }

    private void Prepare()
    {
        Normalize();
        for (var direction = 0; direction < _settings.Directions; direction++)
        {
            var random = new RandomStream(_seed ^ DirectionStreams, StreamOf(direction));
            foreach (ref var value in _directions.AsSpan(direction * _weights.Length, _weights.Length))
            {
                value = random.NextNormal();
            }
        }
    }

    private void RunTrials(CancellationToken cancellationToken) => Share(_trials.Length, RunTrial, cancellationToken);

    private void RunTrial(ArsRollouts worker, int number)
    {
        var (trial, direction) = (_trials[number], number / 2);
        var delta = _directions.AsSpan(direction * _weights.Length, _weights.Length);
        worker.Actor.Set(_weights, delta, number % 2 == 0 ? _settings.Noise : -_settings.Noise, _center, _inverseDeviation);
        (trial.Return, trial.Steps) = worker.Play(new RandomStream(_seed ^ EpisodeStreams, StreamOf(direction)), _center, trial.Sums, trial.Squares);
    }

    private ulong StreamOf(int direction) => ((ulong)Iterations * (ulong)_settings.Directions) + (ulong)direction;

    // Whoever is free takes the next number.
    private void Share(int count, Action<ArsRollouts, int> work, CancellationToken cancellationToken)
    {
        var next = -1;
        var options = new ParallelOptions { MaxDegreeOfParallelism = _workers.Length, CancellationToken = cancellationToken };
        _ = Parallel.ForEach(_workers, options, worker =>
        {
            for (var number = Interlocked.Increment(ref next); number < count; number = Interlocked.Increment(ref next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                work(worker, number);
            }
        });
    }

    private sealed class Trial(int features)
    {
        public double Return { get; set; }

        public int Steps { get; set; }

        public double[] Sums { get; } = new double[features];

        public double[] Squares { get; } = new double[features];
    }
}
