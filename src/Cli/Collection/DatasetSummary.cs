using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>What a data set holds, read once from end to end with one episode in memory.</summary>
internal sealed class DatasetSummary
{
    private readonly List<double> _returns = [];

    private DatasetSummary(string path, D4rlReader reader)
    {
        Name = Path.GetFileNameWithoutExtension(path);
        Metadata = reader.Metadata;
        Spec = reader.Spec;
        Rows = reader.StepCount;
        Bytes = new FileInfo(path).Length;
        States = reader.Spec.Observation is BoxSpace { ElementType: ElementType.Float32 } box ? new StateStatistics(box.ElementCount) : null;
        var task = Metadata.GetValueOrDefault(DatasetFile.TaskKey);
        Task = task is not null && EnvironmentRegistry.Names.Contains(task) ? EnvironmentRegistry.Find(task).Spec : null;
    }

    /// <summary>Gets the file's name without its end.</summary>
    public string Name { get; }

    /// <summary>Gets what the file says of itself.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Gets the task, or null where the file does not say a known one.</summary>
    public EnvironmentSpec? Task { get; }

    /// <summary>Gets the number of rows in the file.</summary>
    public long Rows { get; }

    /// <summary>Gets the size of the file.</summary>
    public long Bytes { get; }

    /// <summary>Gets the number of steps of its episodes.</summary>
    public long Steps { get; private set; }

    /// <summary>Gets how many episodes ended as terminated.</summary>
    public int Terminated { get; private set; }

    /// <summary>Gets how many episodes are successes of the task; 0 where it is not known.</summary>
    public int Successes { get; private set; }

    /// <summary>Gets the episodes' returns, in rising order.</summary>
    public IReadOnlyList<double> Returns => _returns;

    /// <summary>Gets the statistics of the observations, or null where they are no numbers.</summary>
    public StateStatistics? States { get; }

    /// <summary>Gets the mean return.</summary>
    public double MeanReturn => _returns.Average();

    /// <summary>Gets the returns' standard deviation.</summary>
    public double ReturnDeviation
    {
        get
        {
            var mean = MeanReturn;
            return Math.Sqrt(_returns.Average(value => (value - mean) * (value - mean)));
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="DatasetFormatException">The file is damaged.</exception>
    /// <exception cref="InvalidExperienceException">The file holds no whole episode.</exception>
    public static DatasetSummary Read(string path, CancellationToken cancellationToken)
    {
        using var reader = D4rlFile.Open(path);
        var summary = new DatasetSummary(path, reader);
        foreach (var episode in reader.ReadEpisodes())
        {
            cancellationToken.ThrowIfCancellationRequested();
            summary.Add(episode);
        }

        InvalidExperienceException.ThrowUnless(summary._returns.Count > 0, path, "1 or more whole episodes", 0);
        summary._returns.Sort();
        return summary;
    }

    private void Add(Episode episode)
    {
        var sum = episode.Return;
        _returns.Add(sum);
        Steps += episode.Length;
        Terminated += episode.End == EpisodeEnd.Terminated ? 1 : 0;
        Successes += Task?.IsSuccess(sum) == true ? 1 : 0;
        States?.Add(episode);
    }
}
