using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>The settings of the suite's tables as files, one for each method and data set, by which <c>memoryrl train --config</c> repeats a number of theirs.</summary>
internal static class VemConfigs
{
    // The data sets of the ant mazes that the tables have are the ones where it plays: the maze names them.
    private const string PlaySuffix = "-play";

    /// <summary>Makes the configs of the first tables: those of the methods that every data set has, and the further rivals'.</summary>
    /// <param name="suite">The suite.</param>
    /// <returns>Each with its path in the folder of all configs.</returns>
    public static IEnumerable<(string Path, OfflineConfig Config)> Of(VemSuite suite) => suite.Cells
        .Where(cell => suite.MainMethods.Contains(cell.Method) || suite.FurtherRivals(cell.Dataset).Contains(cell.Method))
        .GroupBy(cell => (cell.Dataset, cell.Method))
        .Select(cells => (PathOf(cells.First()), Of(cells.First(), cells.Count())));

    /// <summary>Writes them.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="folder">The folder of all configs.</param>
    /// <returns>How many there are.</returns>
    public static int Write(VemSuite suite, string folder)
    {
        var configs = Of(suite).ToList();
        foreach (var (path, config) in configs)
        {
            var file = Path.Combine(folder, path);
            _ = Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            WholeFile.Replace(file, config.ToJson());
        }

        return configs.Count;
    }

    private static OfflineConfig Of(SuiteCell cell, int seeds) => new()
    {
        Algorithm = cell.Algorithm,
        Dataset = cell.Dataset,
        Updates = cell.Updates,
        Seeds = seeds,
        Top = cell.Top < 1 ? cell.Top : null,
        Rewards = cell.Rewards,
        Options = cell.Options.IsEmpty ? null : cell.Options,
        Evaluations = cell.Evaluations,
        EvaluationEpisodes = cell.EvaluationEpisodes,
        FinalEpisodes = cell.FinalEpisodes,
    };

    private static string PathOf(SuiteCell cell)
    {
        var method = cell.Top < 1 ? string.Create(CultureInfo.InvariantCulture, $"{cell.Algorithm}-top-{100 * cell.Top:0.###}") : cell.Name.Split('/')[1];
        var dataset = cell.Dataset.EndsWith(PlaySuffix, StringComparison.Ordinal) ? cell.Dataset[..^PlaySuffix.Length] : cell.Dataset;
        return $"{method}/{dataset}.json";
    }
}
