using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>One grain's persisted Safetensors file: reads it once, writes it one at a time, and holds no bytes between. Used from the grain's turns only.</summary>
/// <param name="state">The state that the host keeps.</param>
/// <param name="schema">The name and version of what the grain puts into the file, such as <c>memoryrl.policy/1</c>.</param>
/// <param name="owner">The grain's key, for error messages.</param>
internal sealed class DocumentState(IPersistentState<GrainDocument> state, string schema, string owner)
{
    private const string SchemaKey = "memoryrl.schema";

    private Task _lastWrite = Task.CompletedTask;

    /// <summary>Takes the file that the host read when the grain was activated.</summary>
    /// <returns>The file, or null when the grain never wrote one.</returns>
    /// <exception cref="SafetensorsFormatException">The file is damaged or of another schema; the message names it.</exception>
    public SafetensorsDocument? Take()
    {
        var taken = default(SafetensorsDocument);
        _ = Restore(content => taken = content);
        return taken;
    }

    /// <summary>Restores a grain from the file that the host read when it was activated, and lets go of the bytes once that has succeeded.</summary>
    /// <param name="restore">Restores the grain.</param>
    /// <returns>Whether there was a file.</returns>
    /// <exception cref="SafetensorsFormatException">The file is damaged or of another schema; the message names it. It may be tried again, and fails again.</exception>
    public bool Restore(Action<SafetensorsDocument> restore)
    {
        var content = state.RecordExists ? state.State.Content : [];
        if (content.Length == 0 && !state.RecordExists)
        {
            return false;
        }

        var source = $"{schema} of '{owner}'";
        var document = SafetensorsDocument.Parse(content, source);
        var found = document.Metadata.TryGetValue(SchemaKey, out var text) ? text : "none";
        if (found != schema)
        {
            throw new SafetensorsFormatException(source, $"expected schema '{schema}' but found '{found}'.");
        }

        restore(document);
        state.State = new GrainDocument();
        return true;
    }

    /// <summary>Reads the file again.</summary>
    /// <returns>The file, or null where there is none.</returns>
    public async Task<SafetensorsDocument?> ReadAsync()
    {
        await state.ReadStateAsync();
        return Take();
    }

    /// <summary>Deletes the file, after any write that is under way.</summary>
    /// <returns>Completes when the storage provider keeps nothing.</returns>
    public async Task ClearAsync()
    {
        await LastWriteAsync();
        await state.ClearStateAsync();
    }

    /// <summary>Writes the file, after any write that is under way.</summary>
    /// <param name="content">Makes the file; called in the turn in which the write begins.</param>
    /// <returns>The number of bytes, when they are where the storage provider keeps them.</returns>
    public async Task<int> WriteAsync(Func<SafetensorsBuilder> content)
    {
        await LastWriteAsync();
        var builder = content();
        builder.Metadata[SchemaKey] = schema;
        var bytes = builder.ToArray();
        var written = new GrainDocument { Content = bytes };
        state.State = written;
        _lastWrite = state.WriteStateAsync();
        try
        {
            await _lastWrite;
        }
        finally
        {
            // The provider has its copy; a second one of a large snapshot would stay in the process. A next write may have begun meanwhile.
            if (ReferenceEquals(state.State, written))
            {
                state.State = new GrainDocument();
            }
        }

        return bytes.Length;
    }

    private async Task LastWriteAsync()
    {
        while (!_lastWrite.IsCompleted)
        {
            await _lastWrite.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
