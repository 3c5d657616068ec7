using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>
/// Episodes in one Safetensors file: the columns of all episodes one behind the other, so that any Safetensors reader has them as plain arrays.
/// </summary>
/// <remarks>
/// For <c>N</c> episodes of <c>S</c> steps together: <c>observations [S + N, ...obsShape]</c>, <c>actions [S, ...actShape]</c>,
/// <c>rewards [S]</c> float32, <c>policy_versions [S]</c> int64, <c>extra.NAME [S, ...]</c> for each extra column, <c>lengths [N]</c> int32 in
/// steps, <c>ends [N]</c> uint8 (1 terminated, 2 truncated), <c>outcomes [N]</c> uint8 (0 undecided, 1 success, 2 failure), <c>agents [N]</c>
/// int32 into the metadata's list of agent ids, and <c>ids [N, 16]</c> uint8 in the order of RFC 4122. Metadata: <c>format</c>, <c>format_version</c>, <c>spec</c> and <c>agent_ids</c> (JSON).
/// The layout is our choice.
/// </remarks>
public static class EpisodeFile
{
    /// <summary>Writes a file, replacing one that is there; whoever reads it sees the old one or the new one, whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="spec">What a step is made of, in every episode.</param>
    /// <param name="episodes">The episodes; possibly none.</param>
    /// <exception cref="InvalidExperienceException">An episode has another spec or another's id, an agent id is empty, or a column would pass 2 GiB; nothing was written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, ExperienceSpec spec, IReadOnlyList<AgentEpisode> episodes)
    {
        var contents = EpisodeFileWriter.Collect(spec, episodes);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                contents.WriteTo(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads a file. All of it is checked before anything is returned.</summary>
    /// <param name="path">The file, at most 2 GiB.</param>
    /// <returns>The episodes, over the file's columns copied once into each episode's own buffer.</returns>
    /// <exception cref="SafetensorsFormatException">The file is damaged or no episode file; the message names the file and the field.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static EpisodeFileContents Load(string path)
    {
        var length = new FileInfo(path).Length;
        return length > Array.MaxLength
            ? throw new SafetensorsFormatException(path, $"expected a file of at most {Array.MaxLength} bytes but got {length}.")
            : Parse(File.ReadAllBytes(path), path);
    }

    /// <summary>Writes episodes in the file's form.</summary>
    /// <param name="spec">What a step is made of, in every episode.</param>
    /// <param name="episodes">The episodes; possibly none.</param>
    /// <returns>The whole file.</returns>
    /// <exception cref="InvalidExperienceException">An episode has another spec or another's id, an agent id is empty, or a column would pass 2 GiB.</exception>
    public static byte[] ToArray(ExperienceSpec spec, IReadOnlyList<AgentEpisode> episodes) => EpisodeFileWriter.Collect(spec, episodes).ToArray();

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="source">What the bytes came from, for error messages.</param>
    /// <returns>The episodes.</returns>
    /// <exception cref="SafetensorsFormatException">The bytes are damaged or no episode file; the message names the source and the field.</exception>
    public static EpisodeFileContents Parse(ReadOnlyMemory<byte> bytes, string source) => new EpisodeFileReader(bytes, source).Read();
}
