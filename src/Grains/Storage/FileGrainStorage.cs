using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace MemoryRL.Grains;

/// <summary>
/// Grain storage in a folder, for both hosts: one readable Safetensors file a state. A write is a temporary file, flushed to disk, that takes
/// the state's name, and a flush of the folder: whenever the process dies, the old or the new state is there, whole.
/// </summary>
/// <remarks>
/// One process holds the folder at a time, so that the versions behind the ETags need not be on disk. File work leaves the grain's turn by the
/// thread pool here and nowhere else.
/// </remarks>
internal sealed partial class FileGrainStorage : IGrainStorage, IDisposable
{
    private readonly StateFileNames _names;
    private readonly ILogger _logger;
    private readonly Action<FileBoundary>? _boundary;
    private readonly ConcurrentDictionary<string, StateFile> _files = new(StringComparer.Ordinal);
    private readonly string _epoch = Guid.NewGuid().ToString("N");
    private readonly FileStream _lock;

    /// <summary>Takes the folder, making it where it is missing, and removes what writes of a dead process left behind.</summary>
    /// <param name="folder">The storage folder.</param>
    /// <param name="logger">Where writes and leftovers are logged.</param>
    /// <param name="boundary">Called between file operations; tests let the process die there.</param>
    /// <exception cref="IOException">Another process holds the folder, or it cannot be made or written.</exception>
    public FileGrainStorage(string folder, ILogger logger, Action<FileBoundary>? boundary = null)
    {
        _names = new StateFileNames(folder);
        _logger = logger;
        _boundary = boundary;
        _ = Directory.CreateDirectory(_names.Root);
        _lock = TakeLock();
        foreach (var leftover in Directory.EnumerateFiles(_names.Root, "*" + StateFileNames.TemporaryExtension, SearchOption.AllDirectories))
        {
            File.Delete(leftover);
            LogLeftoverRemoved(_logger, leftover);
        }
    }

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var file = FileOf(stateName, grainId);
        return Task.Run(() => Read(file, grainState));
    }

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        CheckType<T>();
        var file = FileOf(stateName, grainId);
        var document = (GrainDocument)(object)grainState.State!;
        return Task.Run(() => Write(file, grainState, document));
    }

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var file = FileOf(stateName, grainId);
        return Task.Run(() => Clear(file, grainState));
    }

    /// <summary>Gives the folder back.</summary>
    public void Dispose() => _lock.Dispose();

    private static void CheckType<T>()
    {
        if (typeof(T) != typeof(GrainDocument))
        {
            throw new NotSupportedException($"Expected a state of type {nameof(GrainDocument)} but got {typeof(T).Name}: the file provider keeps Safetensors files only.");
        }
    }

    private FileStream TakeLock()
    {
        try
        {
            return new FileStream(_names.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
        }
        catch (IOException fault) when (File.Exists(_names.LockFile))
        {
            throw new IOException($"{MemoryRLOptions.SectionName}:{nameof(MemoryRLOptions.StorageFolder)}: expected a folder that no other process uses but '{_names.Root}' is in use.", fault);
        }
    }

    private StateFile FileOf(string stateName, GrainId grainId) => _files.GetOrAdd(_names.PathOf(stateName, grainId), static path => new StateFile(path));

    private void Read<T>(StateFile file, IGrainState<T> grainState)
    {
        lock (file)
        {
            CheckType<T>();
            var exists = File.Exists(file.Path);
            grainState.State = (T)(object)new GrainDocument { Content = exists ? File.ReadAllBytes(file.Path) : [] };
            grainState.RecordExists = exists;
            grainState.ETag = exists ? ETagOf(file) : null;
        }
    }

    private void Write<T>(StateFile file, IGrainState<T> grainState, GrainDocument document)
    {
        lock (file)
        {
            CheckETag(file, grainState.ETag);
            _boundary?.Invoke(FileBoundary.Started);
            var folder = Path.GetDirectoryName(file.Path)!;
            if (!Directory.Exists(folder))
            {
                _ = Directory.CreateDirectory(folder);
                DirectoryFlush.Flush(_names.Root);
            }

            var temporary = StateFileNames.TemporaryPathOf(file.Path);
            try
            {
                WriteTemporary(temporary, document);
                File.Move(temporary, file.Path, overwrite: true);
            }
            catch (IOException)
            {
                File.Delete(temporary);
                throw;
            }

            // From here on the new state is what a reader finds, even if the flush of the folder fails.
            file.Version++;
            grainState.ETag = ETagOf(file);
            grainState.RecordExists = true;
            _boundary?.Invoke(FileBoundary.Renamed);
            DirectoryFlush.Flush(folder);
            _boundary?.Invoke(FileBoundary.DirectoryFlushed);
        }

        LogStateWritten(_logger, file.Path, document.Content.Length);
    }

    private void WriteTemporary(string temporary, GrainDocument document)
    {
        using var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        _boundary?.Invoke(FileBoundary.TemporaryCreated);
        var half = document.Content.Length / 2;
        stream.Write(document.Content.AsSpan(0, half));
        _boundary?.Invoke(FileBoundary.TemporaryHalfWritten);
        stream.Write(document.Content.AsSpan(half));
        _boundary?.Invoke(FileBoundary.TemporaryWritten);
        stream.Flush(flushToDisk: true);
        _boundary?.Invoke(FileBoundary.TemporaryFlushed);
    }

    private void Clear<T>(StateFile file, IGrainState<T> grainState)
    {
        CheckType<T>();
        lock (file)
        {
            CheckETag(file, grainState.ETag);
            _boundary?.Invoke(FileBoundary.Started);
            if (File.Exists(file.Path))
            {
                File.Delete(file.Path);
                file.Version++;
                _boundary?.Invoke(FileBoundary.Deleted);
                DirectoryFlush.Flush(Path.GetDirectoryName(file.Path)!);
                _boundary?.Invoke(FileBoundary.DirectoryFlushed);
            }

            grainState.State = (T)(object)new GrainDocument();
            grainState.ETag = null;
            grainState.RecordExists = false;
        }
    }

    private void CheckETag(StateFile file, string? given)
    {
        var stored = File.Exists(file.Path) ? ETagOf(file) : null;
        if (!string.Equals(stored, given, StringComparison.Ordinal))
        {
            throw new InconsistentStateException($"State '{file.Path}' was changed by someone else since it was read.", stored ?? "none", given ?? "none");
        }
    }

    private string ETagOf(StateFile file) => $"{_epoch}-{file.Version.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A state's file and how often it was written since the folder was taken; locked while a file operation runs.</summary>
    private sealed class StateFile(string path)
    {
        public string Path { get; } = path;

        public long Version { get; set; }
    }

    [LoggerMessage(EventId = 5001, EventName = "StateWritten", Level = LogLevel.Debug, Message = "State {Path} was written: {ByteCount} bytes.")]
    private static partial void LogStateWritten(ILogger logger, string path, int byteCount);

    [LoggerMessage(EventId = 5002, EventName = "LeftoverRemoved", Level = LogLevel.Warning, Message = "Leftover {Path} of an unfinished write was removed; the state before it stands.")]
    private static partial void LogLeftoverRemoved(ILogger logger, string path);
}
