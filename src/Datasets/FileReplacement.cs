namespace MemoryRL.Datasets;

/// <summary>Puts finished files in the place of others.</summary>
internal static class FileReplacement
{
    /// <summary>Puts a file that is whole under its name: whoever reads it sees the old one or the new one.</summary>
    /// <param name="temporary">The file, on the same disk.</param>
    /// <param name="path">Its name.</param>
    /// <exception cref="IOException">It cannot be written out or renamed.</exception>
    public static void Publish(string temporary, string path)
    {
        using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.Write))
        {
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
