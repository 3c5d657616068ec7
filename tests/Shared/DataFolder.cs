namespace MemoryRL.Tests;

/// <summary>The folder of recorded data and published policies that some tests check against; they skip where it is not there.</summary>
/// <remarks><c>MEMORYRL_DATA</c> names it; else it is <c>shared/data</c> beside this repository or above it.</remarks>
internal static class DataFolder
{
    private static readonly string? Root = Find();

    /// <summary>Says which of some files are missing.</summary>
    /// <param name="files">The files, relative to the folder.</param>
    /// <returns>The reason to skip, or null where all are there.</returns>
    public static string? Missing(params ReadOnlySpan<string> files)
    {
        foreach (var file in files)
        {
            if (Root is null || !File.Exists(System.IO.Path.Combine(Root, file)))
            {
                return $"{file} is not there: put it into the folder that MEMORYRL_DATA names";
            }
        }

        return null;
    }

    /// <summary>Gets the path of a file that is there.</summary>
    /// <param name="file">The file, relative to the folder.</param>
    /// <returns>Its path.</returns>
    public static string Path(string file) => System.IO.Path.Combine(Root!, file);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MEMORYRL_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
