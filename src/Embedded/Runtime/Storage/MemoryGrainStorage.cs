using System.Collections.Concurrent;
using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace MemoryRL.Embedded.Runtime;

/// <summary>Storage in memory: it keeps copies, and lets a write through only with the version that it has.</summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string StateName, GrainId GrainId), Record> _records = new();
    private long _lastVersion;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = _records.GetValueOrDefault((stateName, grainId));
        grainState.RecordExists = record is not null;
        grainState.ETag = record?.ETag;
        grainState.State = record is null ? Activator.CreateInstance<T>() : DeepCopier.Copy((T)record.State!);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var written = new Record(DeepCopier.Copy(grainState.State), Interlocked.Increment(ref _lastVersion).ToString(CultureInfo.InvariantCulture));
        var key = (stateName, grainId);
        var isWritten = _records.TryGetValue(key, out var record)
            ? string.Equals(record.ETag, grainState.ETag, StringComparison.Ordinal) && _records.TryUpdate(key, written, record)
            : grainState.ETag is null && _records.TryAdd(key, written);
        if (!isWritten)
        {
            throw Inconsistent(stateName, grainId, record, grainState.ETag);
        }

        grainState.ETag = written.ETag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        if (_records.TryGetValue(key, out var record)
            && (!string.Equals(record.ETag, grainState.ETag, StringComparison.Ordinal) || !_records.TryRemove(KeyValuePair.Create(key, record))))
        {
            throw Inconsistent(stateName, grainId, record, grainState.ETag);
        }

        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private static InconsistentStateException Inconsistent(string stateName, GrainId grainId, Record? record, string? etag)
    {
        return new InconsistentStateException($"State '{stateName}' of {grainId} was written by another since it was read.", record?.ETag, etag);
    }

    private sealed record Record(object? State, string ETag);
}
