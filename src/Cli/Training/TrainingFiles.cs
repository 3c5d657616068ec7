using System.Globalization;
using System.Runtime.InteropServices;

namespace MemoryRL.Cli;

/// <summary>What the folders of training commands have in common.</summary>
internal static class TrainingFiles
{
    /// <summary>The file of everything that the run was started with.</summary>
    public const string Parameters = "params.json";

    /// <summary>The file of the policy that the run is about.</summary>
    public const string Policy = "policy.safetensors";

    /// <summary>Gets the machine in one line.</summary>
    public static string Machine { get; } = $"{Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, .NET {Environment.Version}";

    /// <summary>Makes a folder that was not there before.</summary>
    /// <param name="parent">The folder of all runs.</param>
    /// <param name="name">The beginning of its name, to which the time is added.</param>
    /// <param name="startedAt">The time.</param>
    /// <returns>The folder.</returns>
    public static string Create(string parent, string name, DateTimeOffset startedAt)
    {
        var first = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{name}__{startedAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}"));
        var path = first;
        for (var i = 2; Directory.Exists(path); i++)
        {
            path = $"{first}-{i}";
        }

        return Directory.CreateDirectory(path).FullName;
    }

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
