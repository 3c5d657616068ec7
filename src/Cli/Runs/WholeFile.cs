namespace MemoryRL.Cli;

/// <summary>Writes files that whoever reads them sees old or new, never half: beside their place first, then into it.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content.</param>
    public static void Replace(string path, Action<Stream> write)
    {
        var temporary = path + ".tmp";
        using (var stream = File.Create(temporary))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Writes a text file whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its content.</param>
    public static void Replace(string path, string text) => Replace(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    });
}
