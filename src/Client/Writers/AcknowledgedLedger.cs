using System.Collections.Immutable;

namespace MemoryRL.Client;

/// <summary>The newest ids of acknowledged episodes, in the order of their acknowledgement. Its owner locks.</summary>
/// <param name="capacity">How many ids are kept.</param>
internal sealed class AcknowledgedLedger(int capacity)
{
    private readonly Queue<Guid> _ids = new();

    /// <summary>Enters an id.</summary>
    /// <param name="id">The episode's id.</param>
    public void Add(Guid id)
    {
        if (capacity == 0)
        {
            return;
        }

        if (_ids.Count == capacity)
        {
            _ = _ids.Dequeue();
        }

        _ids.Enqueue(id);
    }

    /// <summary>Copies the ids, the oldest first.</summary>
    /// <returns>The ids.</returns>
    public ImmutableArray<Guid> ToImmutable() => [.. _ids];
}
