using System.Buffers;
using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>
/// Collects one agent's steps as they happen and makes an episode of them: one a running episode, used again and again. Its buffers grow to
/// the longest episode seen and come from a pool, so a step allocates nothing. One thread at a time.
/// </summary>
/// <param name="spec">What a step is made of.</param>
public sealed class EpisodeBuilder(ExperienceSpec spec) : IDisposable
{
    private const int InitialSteps = 64;

    private readonly PooledColumn _observations = new(spec.Observation.ByteCount, InitialSteps + 1);
    private readonly PooledColumn _actions = new(spec.Action.ByteCount, InitialSteps);
    private readonly PooledColumn _rewards = new(sizeof(float), InitialSteps);
    private readonly PooledColumn _policyVersions = new(sizeof(long), InitialSteps);
    private readonly PooledColumn[] _extras = [.. spec.ExtraColumns.Select(static column => new PooledColumn(column.ByteCount, InitialSteps))];

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; } = spec;

    /// <summary>Gets the number of steps added since <see cref="Reset"/>.</summary>
    public int Length => _rewards.Count;

    /// <summary>Gets whether an episode was begun and not built yet.</summary>
    public bool IsStarted => _observations.Count > 0;

    /// <summary>Gets the observation that the next action answers to, as bytes; empty before <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> LastObservation => IsStarted ? _observations.Row(_observations.Count - 1) : [];

    /// <summary>Begins an episode, dropping one that was begun.</summary>
    /// <param name="observation">The first observation as bytes.</param>
    /// <exception cref="InvalidExperienceException">The observation has another size; nothing was changed.</exception>
    public void Reset(ReadOnlySpan<byte> observation)
    {
        CheckSize(observation, _observations, "step.observation");
        Clear();
        observation.CopyTo(_observations.Add());
    }

    /// <summary>Adds a step. Its extra columns are 0 until <see cref="SetExtra{T}"/> sets them.</summary>
    /// <param name="action">The action as bytes.</param>
    /// <param name="reward">The reward.</param>
    /// <param name="nextObservation">The observation after the step, as bytes.</param>
    /// <param name="policyVersion">The version of the policy that acted; 0 where no published policy did.</param>
    /// <exception cref="InvalidExperienceException">The action or observation has another size; nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">No episode was begun.</exception>
    public void Add(ReadOnlySpan<byte> action, float reward, ReadOnlySpan<byte> nextObservation, long policyVersion = 0)
    {
        CheckStarted();
        CheckSize(action, _actions, "step.action");
        CheckSize(nextObservation, _observations, "step.next_observation");
        action.CopyTo(_actions.Add());
        MemoryMarshal.Write(_rewards.Add(), reward);
        nextObservation.CopyTo(_observations.Add());
        MemoryMarshal.Write(_policyVersions.Add(), policyVersion);
        foreach (var extra in _extras)
        {
            extra.Add().Clear();
        }
    }

    /// <summary>Sets one extra column of the step added last.</summary>
    /// <typeparam name="T">The .NET type of the column's element type.</typeparam>
    /// <param name="column">The index of the column in the spec's extra columns.</param>
    /// <param name="value">The value of a scalar column.</param>
    /// <exception cref="InvalidExperienceException">The column is of another type or no scalar; the message names it.</exception>
    /// <exception cref="InvalidOperationException">No step was added.</exception>
    public void SetExtra<T>(int column, T value)
        where T : unmanaged
    {
        var extra = Spec.ExtraColumns[column];
        var type = ElementTypes.Of<T>();
        if (type != extra.ElementType)
        {
            throw new InvalidExperienceException($"step.{extra.Name}", extra.ElementType.ToString(), type.ToString());
        }

        SetExtra(column, MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref value, 1)));
    }

    /// <summary>Sets one extra column of the step added last.</summary>
    /// <param name="column">The index of the column in the spec's extra columns.</param>
    /// <param name="value">The value as bytes.</param>
    /// <exception cref="InvalidExperienceException">The value has another size; the message names the column.</exception>
    /// <exception cref="InvalidOperationException">No step was added.</exception>
    public void SetExtra(int column, ReadOnlySpan<byte> value)
    {
        if (Length == 0)
        {
            throw new InvalidOperationException("Expected a step to set a column of but none was added.");
        }

        if (value.Length != _extras[column].RowBytes)
        {
            throw new InvalidExperienceException($"step.{Spec.ExtraColumns[column].Name}", $"{_extras[column].RowBytes} bytes", $"{value.Length}");
        }

        value.CopyTo(_extras[column].Row(Length - 1));
    }

    /// <summary>Makes an episode of the steps added, checked as <see cref="Episode.FromBuffer"/> does, and forgets them.</summary>
    /// <param name="id">The episode's id, not empty.</param>
    /// <param name="end">How the last step ended it.</param>
    /// <returns>The episode.</returns>
    /// <exception cref="InvalidExperienceException">There are no steps, or a number is not allowed; the steps are forgotten all the same.</exception>
    /// <exception cref="InvalidOperationException">No episode was begun.</exception>
    public Episode Build(Guid id, EpisodeEnd end)
    {
        CheckStarted();
        try
        {
            var layout = new EpisodeLayout(Spec, Length);
            var data = new byte[layout.ByteCount];
            _observations.Filled.CopyTo(data.AsSpan(layout.Observations));
            _actions.Filled.CopyTo(data.AsSpan(layout.Actions));
            _rewards.Filled.CopyTo(data.AsSpan(layout.Rewards));
            _policyVersions.Filled.CopyTo(data.AsSpan(layout.PolicyVersions));
            for (var i = 0; i < _extras.Length; i++)
            {
                _extras[i].Filled.CopyTo(data.AsSpan(layout.Extra(i)));
            }

            return Episode.FromBuffer(Spec, id, end, Length, data);
        }
        finally
        {
            Clear();
        }
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        _observations.Dispose();
        _actions.Dispose();
        _rewards.Dispose();
        _policyVersions.Dispose();
        foreach (var extra in _extras)
        {
            extra.Dispose();
        }
    }

    private static void CheckSize(ReadOnlySpan<byte> value, PooledColumn column, string field) =>
        InvalidExperienceException.ThrowUnless(value.Length == column.RowBytes, field, $"{column.RowBytes} bytes", value.Length);

    private void CheckStarted()
    {
        if (!IsStarted)
        {
            throw new InvalidOperationException("Expected an episode that was begun: call Reset with its first observation.");
        }
    }

    private void Clear()
    {
        _observations.Count = 0;
        _actions.Count = 0;
        _rewards.Count = 0;
        _policyVersions.Count = 0;
        foreach (var extra in _extras)
        {
            extra.Count = 0;
        }
    }

    private sealed class PooledColumn(int rowBytes, int rows) : IDisposable
    {
        private byte[] _buffer = ArrayPool<byte>.Shared.Rent(rowBytes * rows);

        public int RowBytes { get; } = rowBytes;

        public int Count { get; set; }

        public ReadOnlySpan<byte> Filled => _buffer.AsSpan(0, Count * RowBytes);

        public Span<byte> Row(int row) => _buffer.AsSpan(row * RowBytes, RowBytes);

        public Span<byte> Add()
        {
            ObjectDisposedException.ThrowIf(_buffer.Length == 0, this);
            var end = (Count + 1L) * RowBytes;
            if (end > _buffer.Length)
            {
                Grow(end);
            }

            return Row(Count++);
        }

        public void Dispose()
        {
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = [];
            }
        }

        private void Grow(long bytes)
        {
            InvalidExperienceException.ThrowUnless(bytes <= Array.MaxLength, "episode.length", "columns of at most 2 GiB", bytes);
            var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(bytes * 2, Array.MaxLength));
            Filled.CopyTo(grown);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = grown;
        }
    }
}
