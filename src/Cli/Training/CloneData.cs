using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>The file of episodes that a policy is cloned from: D4RL's HDF5 or our Safetensors. It can be read more than once.</summary>
internal sealed class CloneData
{
    private readonly string _path;
    private readonly EnvironmentSpec _task;
    private readonly EpisodeFileContents? _contents;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file: <c>.safetensors</c>, else HDF5.</param>
    /// <param name="task">The task, whose spaces the steps must have.</param>
    /// <exception cref="InvalidExperienceException">The episodes' spaces are not the task's.</exception>
    public CloneData(string path, EnvironmentSpec task)
    {
        (_path, _task) = (path, task);
        Spec = task.Experience;
        if (IsSafetensors(path))
        {
            _contents = EpisodeFile.Load(path);
            Spec = _contents.Spec;
            InvalidExperienceException.ThrowUnless(Spec.Observation.Equals(task.Experience.Observation), $"{path}: observation", $"{task.Name}'s, {task.Experience.Observation},", Spec.Observation);
            InvalidExperienceException.ThrowUnless(Spec.Action.Equals(task.Experience.Action), $"{path}: action", $"{task.Name}'s, {task.Experience.Action},", Spec.Action);
        }
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Finds the task that a file is of: what its metadata say, or the task whose name its own name begins with.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The task's name, or null.</returns>
    public static string? FindTask(string path)
    {
        var name = Path.GetFileName(path);
        string? said = null;
        if (!IsSafetensors(path))
        {
            using var reader = D4rlFile.Open(path, new D4rlReaderOptions { IncludeInfos = false });
            said = reader.Metadata.GetValueOrDefault("task");
        }

        return said is not null && EnvironmentRegistry.Names.Contains(said) ? said
            : EnvironmentRegistry.Names.Where(task => name.StartsWith(task, StringComparison.OrdinalIgnoreCase)).MaxBy(task => task.Length);
    }

    /// <summary>Reads the episodes, in bounded memory where the file allows it.</summary>
    /// <returns>The episodes, in the file's order.</returns>
    public IEnumerable<Episode> Read()
    {
        if (_contents is not null)
        {
            foreach (var episode in _contents.Episodes)
            {
                yield return episode.Episode;
            }

            yield break;
        }

        using var reader = D4rlFile.Open(_path, new D4rlReaderOptions { Spec = Spec, MaxEpisodeSteps = _task.MaxEpisodeSteps });
        foreach (var episode in reader.ReadEpisodes())
        {
            yield return episode;
        }
    }

    private static bool IsSafetensors(string path) => string.Equals(Path.GetExtension(path), ".safetensors", StringComparison.OrdinalIgnoreCase);
}
