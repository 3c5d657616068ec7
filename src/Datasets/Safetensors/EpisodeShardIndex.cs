using System.Collections.Immutable;
using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>What the index of a sharded data set says.</summary>
/// <param name="Format">Always <see cref="FormatName"/>.</param>
/// <param name="FormatVersion">Always <see cref="Version"/>.</param>
/// <param name="Spec">What a step is made of, in every shard.</param>
/// <param name="Shards">The shards in order.</param>
internal sealed record EpisodeShardIndex(string Format, string FormatVersion, ExperienceSpec Spec, ImmutableArray<EpisodeShard> Shards)
{
    public const string FileName = "index.json";
    public const string FormatName = "memoryrl-episode-shards";
    public const string Version = "1";

    /// <summary>Reads and checks an index.</summary>
    /// <param name="path">The index.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="DatasetFormatException">It is damaged or no index.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static EpisodeShardIndex Load(string path)
    {
        try
        {
            var index = JsonSerializer.Deserialize(File.ReadAllBytes(path), EpisodeFileJsonContext.Default.EpisodeShardIndex) ?? throw new JsonException("Expected an index but got null.");
            index.Check(path);
            return index;
        }
        catch (Exception error) when (error is JsonException or InvalidExperienceException or NotSupportedException or OverflowException)
        {
            throw new DatasetFormatException(path, null, null, error.Message, error);
        }
    }

    /// <summary>Writes the index.</summary>
    /// <param name="path">The file, which must not be there.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(stream, this, EpisodeFileJsonContext.Default.EpisodeShardIndex);
        stream.Flush(flushToDisk: true);
    }

    private void Check(string path)
    {
        Expect(Format == FormatName, "format", FormatName, Format);
        Expect(FormatVersion == Version, "format_version", Version, FormatVersion);
        Expect(Spec is not null, "spec", "a spec", "null");
        Spec.Validate();
        Expect(!Shards.IsDefault, "shards", "a list of shards", "nothing");
        for (var i = 0; i < Shards.Length; i++)
        {
            var shard = Shards[i];
            var isName = shard is not null && !string.IsNullOrEmpty(shard.File) && shard.File == Path.GetFileName(shard.File) && shard.File is not ("." or "..");
            Expect(isName, $"shards[{i}].file", "the name of a file in the same folder", shard?.File);
            Expect(shard!.Episodes > 0 && shard.Steps >= shard.Episodes, $"shards[{i}].steps", "a step or more for each of one or more episodes", $"{shard.Steps} for {shard.Episodes}");
            Expect(shard.Sha256 is { Length: 64 }, $"shards[{i}].sha256", "64 hexadecimal digits", shard.Sha256);
        }

        void Expect([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool condition, string field, string expected, string? actual)
        {
            if (!condition)
            {
                throw new DatasetFormatException(path, field, null, $"expected {expected} but got {actual ?? "null"}.");
            }
        }
    }
}

/// <summary>One file of a sharded data set.</summary>
/// <param name="File">Its name in the index' folder.</param>
/// <param name="Episodes">How many episodes it has.</param>
/// <param name="Steps">How many steps they have together.</param>
/// <param name="Sha256">The SHA-256 of the whole file in hexadecimal digits.</param>
internal sealed record EpisodeShard(string File, int Episodes, long Steps, string Sha256);
