using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Core;

namespace MemoryRL.Cli;

/// <summary>Value functions in the folder of a run: the last one, and those that were kept on the way.</summary>
internal static class ValueBundleFile
{
    /// <summary>The file of the last one.</summary>
    public const string Last = "values.safetensors";

    /// <summary>The folder of those on the way, each named by its number of updates.</summary>
    public const string Folder = "values";

    // What value bundles call their algorithm, as policy bundles do.
    private const string AlgorithmKey = "algorithm";

    /// <summary>Lists what was kept on the way.</summary>
    /// <param name="runFolder">The run's folder.</param>
    /// <returns>Numbers of updates with their files, from the first to the last; none where nothing was kept.</returns>
    public static ImmutableArray<(long Updates, string Path)> OnTheWay(string runFolder)
    {
        var folder = Path.Combine(runFolder, Folder);
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.safetensors") : [];
        return [.. files.Select(file => (UpdatesOf(file), file)).Where(entry => entry.Item1 is not null).Select(entry => (entry.Item1!.Value, entry.file)).OrderBy(entry => entry.Value)];
    }

    /// <summary>Reads a value function.</summary>
    /// <param name="path">The file.</param>
    /// <param name="factories">What makes value functions, one for each algorithm.</param>
    /// <returns>The value function, to be disposed.</returns>
    /// <exception cref="SafetensorsFormatException">The file is damaged, or of an algorithm that none of the factories knows.</exception>
    public static IValueFunction Load(string path, IReadOnlyList<IValueFunctionFactory> factories)
    {
        var bytes = File.ReadAllBytes(path);
        var algorithm = SafetensorsDocument.Parse(bytes, path).RequireMetadata(AlgorithmKey);
        var factory = factories.FirstOrDefault(factory => factory.Algorithm == algorithm)
            ?? throw new SafetensorsFormatException(path, $"expected values of one of {string.Join(", ", factories.Select(factory => factory.Algorithm))} but got '{algorithm}'.");
        return factory.Create(bytes);
    }

    // The digits at the end of the name.
    private static long? UpdatesOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var digits = name[(name.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1)..];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var updates) ? updates : null;
    }
}
