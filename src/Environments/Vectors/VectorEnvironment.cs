using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Steps many environments of one task together, over a few threads; each that ends an episode starts its next one in the same step.</summary>
/// <remarks>
/// <para>
/// Episodes begin anew as with Gymnasium's <c>AutoresetMode.SAME_STEP</c> (gymnasium/vector/vector_env.py): where a step ended an episode, its
/// reward and flags are that episode's, <see cref="FinalObservations"/> has the observation that it ended in, and <see cref="Observations"/>
/// already has the first one of the next episode. So no step is spent on a reset, and a learner bootstraps from the right observation.
/// </para>
/// <para>
/// Environment <c>i</c> draws from <c>new RandomStream(seed, i)</c> and nothing else, so that the results are the same bits whatever the
/// number of threads. Environments are shared out in blocks; the caller's thread does the first. Threads pay where a block takes longer than
/// waking one, some tens of microseconds: for bodies in MuJoCo, or hundreds of carts. A step allocates nothing. Not safe for two
/// callers at once; spans handed out change with the next step.
/// </para>
/// </remarks>
public sealed class VectorEnvironment : IDisposable
{
    private readonly IEnvironment[] _environments;
    private readonly Exception?[] _errors;
    private readonly byte[] _actions;
    private readonly byte[] _observations;
    private readonly byte[] _finalObservations;
    private readonly float[] _rewards;
    private readonly bool[] _terminated;
    private readonly bool[] _truncated;
    private readonly bool[] _ended;
    private readonly int _actionBytes;
    private readonly int _observationBytes;
    private readonly WorkerTeam _team;
    private bool _isResetting;
    private bool _isRunning;
    private bool _isDisposed;

    /// <summary>Initializes the environments and the threads.</summary>
    /// <param name="create">Makes an environment from its index; each must be an object of its own, and nobody else may step it.</param>
    /// <param name="count">The number of environments <c>N</c>, at least 1.</param>
    /// <param name="threadCount">The number of threads, the caller's among them, at least 1; more than there are environments are not started.</param>
    /// <param name="seed">The seed of the environments' random streams.</param>
    /// <exception cref="InvalidExperienceException">A number is below 1, or an environment's spaces differ from the first one's.</exception>
    public VectorEnvironment(Func<int, IEnvironment> create, int count, int threadCount = 1, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(create);
        InvalidExperienceException.ThrowUnless(count >= 1, "vector.count", "1 or more environments", count);
        InvalidExperienceException.ThrowUnless(threadCount >= 1, "vector.thread_count", "1 or more threads", threadCount);
        _environments = new IEnvironment[count];
        for (var index = 0; index < count; index++)
        {
            _environments[index] = create(index);
            CheckSpaces(index);
        }

        Environments = [.. _environments];
        (_observationBytes, _actionBytes) = (Spec.Experience.Observation.ByteCount, Spec.Experience.Action.ByteCount);
        _errors = new Exception?[count];
        _actions = new byte[checked(count * _actionBytes)];
        _observations = new byte[checked(count * _observationBytes)];
        _finalObservations = new byte[_observations.Length];
        _rewards = new float[count];
        _terminated = new bool[count];
        _truncated = new bool[count];
        _ended = new bool[count];
        ThreadCount = Math.Min(threadCount, count);
        _team = new WorkerTeam(ThreadCount, $"{Spec.Name} environments", RunBlock);
        Seed(seed);
    }

    /// <summary>Gets what the task is.</summary>
    public EnvironmentSpec Spec => _environments[0].Spec;

    /// <summary>Gets the number of environments <c>N</c>.</summary>
    public int Count => _environments.Length;

    /// <summary>Gets the number of threads that step them, the caller's among them.</summary>
    public int ThreadCount { get; }

    /// <summary>Gets the environments, to read what they tell between two steps; only the vector may step or reset them.</summary>
    public ImmutableArray<IEnvironment> Environments { get; }

    /// <summary>Gets the observations to act on, <c>[N, ...obsShape]</c> as bytes: where an episode has ended, the first one of the next.</summary>
    public ReadOnlySpan<byte> Observations => _observations;

    /// <summary>Gets the last observations of the episodes that ended with the last step, <c>[N, ...obsShape]</c> as bytes; only rows of <see cref="Ended"/> mean anything.</summary>
    public ReadOnlySpan<byte> FinalObservations => _finalObservations;

    /// <summary>Gets the rewards of the last step, <c>[N]</c>.</summary>
    public ReadOnlySpan<float> Rewards => _rewards;

    /// <summary>Gets where the last step ended the task, <c>[N]</c>.</summary>
    public ReadOnlySpan<bool> Terminated => _terminated;

    /// <summary>Gets where a limit cut the episode with the last step, <c>[N]</c>.</summary>
    public ReadOnlySpan<bool> Truncated => _truncated;

    /// <summary>Gets where the last step ended an episode in either way, <c>[N]</c>: the rows of <see cref="FinalObservations"/> that count.</summary>
    public ReadOnlySpan<bool> Ended => _ended;

    /// <summary>Gives environment <c>i</c> the stream <c>i</c> of a seed; reset afterwards to begin with it.</summary>
    /// <param name="seed">The seed.</param>
    public void Seed(ulong seed)
    {
        for (var index = 0; index < _environments.Length; index++)
        {
            _environments[index].Seed(new RandomStream(seed, (ulong)index));
        }
    }

    /// <summary>Starts an episode in every environment.</summary>
    /// <exception cref="VectorEnvironmentException">An environment failed.</exception>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _rewards.AsSpan().Clear();
        _terminated.AsSpan().Clear();
        _truncated.AsSpan().Clear();
        _ended.AsSpan().Clear();
        _isResetting = true;
        Run();
    }

    /// <summary>Takes one step in every environment, and starts the next episode where one has ended.</summary>
    /// <param name="actions">The actions, <c>[N, ...actShape]</c> as bytes.</param>
    /// <exception cref="InvalidOperationException">There was no reset, or none since an environment failed.</exception>
    /// <exception cref="InvalidExperienceException">There are too few or too many bytes; no environment was stepped.</exception>
    /// <exception cref="VectorEnvironmentException">
    /// An environment failed, such as for an action outside its space; the others were stepped. Reset before the next step.
    /// </exception>
    public void Step(ReadOnlySpan<byte> actions)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        InvalidExperienceException.ThrowUnless(actions.Length == _actions.Length, "actions", $"{_actions.Length} bytes for {Count} environments", actions.Length);
        if (!_isRunning)
        {
            throw new InvalidOperationException($"Expected a reset of all {Count} environments of '{Spec.Name}' before the next step.");
        }

        actions.CopyTo(_actions);
        _isResetting = false;
        Run();
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _team.Dispose();
        }
    }

    private void CheckSpaces(int index)
    {
        var (expected, actual) = (Spec.Experience, _environments[index].Spec.Experience);
        InvalidExperienceException.ThrowUnless(actual.Observation.Equals(expected.Observation), $"environments[{index}].observation", expected.Observation.ToString(), actual.Observation);
        InvalidExperienceException.ThrowUnless(actual.Action.Equals(expected.Action), $"environments[{index}].action", expected.Action.ToString(), actual.Action);
    }

    private void Run()
    {
        _isRunning = false;
        _team.Run();
        var failed = _errors.AsSpan().IndexOfAnyExcept((Exception?)null);
        if (failed >= 0)
        {
            var error = _errors[failed]!;
            _errors.AsSpan().Clear();
            throw new VectorEnvironmentException(failed, Spec.Name, error);
        }

        _isRunning = true;
    }

    private void RunBlock(int block)
    {
        var first = (int)((long)Count * block / ThreadCount);
        var end = (int)((long)Count * (block + 1) / ThreadCount);
        for (var index = first; index < end; index++)
        {
            try
            {
                Run(index);
            }
#pragma warning disable CA1031 // Whatever an environment throws is thrown by the caller's thread.
            catch (Exception error)
#pragma warning restore CA1031
            {
                _errors[index] = error;
            }
        }
    }

    private void Run(int index)
    {
        var environment = _environments[index];
        var observation = _observations.AsSpan(index * _observationBytes, _observationBytes);
        if (_isResetting)
        {
            environment.Reset(observation);
            return;
        }

        var result = environment.Step(_actions.AsSpan(index * _actionBytes, _actionBytes), observation);
        (_rewards[index], _terminated[index], _truncated[index]) = (result.Reward, result.Terminated, result.Truncated);
        _ended[index] = result.Terminated || result.Truncated;
        if (_ended[index])
        {
            observation.CopyTo(_finalObservations.AsSpan(index * _observationBytes, _observationBytes));
            environment.Reset(observation);
        }
    }
}
