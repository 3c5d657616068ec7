namespace MemoryRL.Datasets.Tests;

/// <summary>The folder of real data, which is no part of the repository.</summary>
internal static class DataFolder
{
    public const string Variable = "MEMORYRL_DATA";

    /// <summary>Looks for a file: in the folder that the environment names, else in <c>shared/data</c> beside or above the tests.</summary>
    public static string? Find(string file)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return Existing(named);
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "data")) is { } path)
            {
                return path;
            }
        }

        return null;

        string? Existing(string root) => Path.Combine(root, file) is var path && File.Exists(path) ? path : null;
    }
}
