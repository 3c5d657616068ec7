using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>What the folders of training commands have in common.</summary>
internal static class TrainingFiles
{
    /// <summary>The file of everything that the run was started with.</summary>
    public const string Parameters = "params.json";

    /// <summary>The file of the policy that the run is about.</summary>
    public const string Policy = "policy.safetensors";

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
}
