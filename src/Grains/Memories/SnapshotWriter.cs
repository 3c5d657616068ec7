using System.Diagnostics;
using MemoryRL.Core;
using Microsoft.Extensions.Logging;

namespace MemoryRL.Grains;

/// <summary>Writes a store's snapshots: only what changed since the last one, one at a time. Used from the grain's turns only.</summary>
/// <param name="document">The grain's file.</param>
/// <param name="content">Makes the snapshot, in one turn.</param>
/// <param name="telemetry">The instruments.</param>
/// <param name="logger">The log.</param>
/// <param name="name">The grain's key.</param>
internal sealed partial class SnapshotWriter(DocumentState document, Func<SafetensorsBuilder> content, MemoryRLTelemetry telemetry, ILogger logger, string name)
{
    private long _version;
    private long _writtenVersion;
    private bool _isDeleted;

    /// <summary>The store has changed.</summary>
    public void Change() => _version++;

    /// <summary>Writes a snapshot, unless the last one holds everything.</summary>
    /// <returns>Completes when it is in storage.</returns>
    public async Task WriteAsync()
    {
        if (_writtenVersion == _version || _isDeleted)
        {
            return;
        }

        var startedAt = Stopwatch.GetTimestamp();
        using var activity = MemoryRLTelemetry.Source.StartActivity("write snapshot");
        var written = 0L;
        var byteCount = await document.WriteAsync(() =>
        {
            written = _version;
            return content();
        });
        _writtenVersion = Math.Max(_writtenVersion, written);
        telemetry.SnapshotWritten(startedAt);
        LogSnapshotWritten(logger, name, byteCount);
    }

    /// <summary>Deletes the last snapshot and writes no other.</summary>
    /// <returns>Completes when nothing is left in storage.</returns>
    public Task DeleteAsync()
    {
        _isDeleted = true;
        return document.ClearAsync();
    }

    [LoggerMessage(EventId = 5301, EventName = "SnapshotWritten", Level = LogLevel.Debug, Message = "Snapshot of {StoreName} was written: {ByteCount} bytes.")]
    private static partial void LogSnapshotWritten(ILogger logger, string storeName, int byteCount);
}
