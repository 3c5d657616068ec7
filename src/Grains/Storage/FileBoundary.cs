namespace MemoryRL.Grains;

/// <summary>The points between the file operations of one write or clear, at each of which a process may die.</summary>
internal enum FileBoundary
{
    /// <summary>Nothing was touched yet.</summary>
    Started,

    /// <summary>The temporary file exists and is empty.</summary>
    TemporaryCreated,

    /// <summary>Half of the bytes are in the temporary file.</summary>
    TemporaryHalfWritten,

    /// <summary>All bytes are in the temporary file, perhaps not on disk.</summary>
    TemporaryWritten,

    /// <summary>The temporary file is on disk.</summary>
    TemporaryFlushed,

    /// <summary>The temporary file has taken the state's name.</summary>
    Renamed,

    /// <summary>The rename is on disk.</summary>
    DirectoryFlushed,

    /// <summary>The state's file is deleted.</summary>
    Deleted,
}
