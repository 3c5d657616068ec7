using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>The data set that a policy is learned from.</summary>
internal static class OfflineData
{
    /// <summary>Opens a data set as steps of a task, in D4RL's files those whose next observation is known: learners bootstrap from it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="task">The task.</param>
    /// <returns>The episodes, to be disposed.</returns>
    /// <exception cref="InvalidExperienceException">The episodes' spaces are not the task's.</exception>
    public static IEpisodeSource Open(string path, EnvironmentSpec task)
    {
        var source = EpisodeSources.Open(path, new D4rlReaderOptions { Spec = task.Experience, MaxEpisodeSteps = task.MaxEpisodeSteps, Rule = D4rlRule.Known });
        try
        {
            Check($"{path}: observation", source.Spec.Observation, task.Experience.Observation);
            Check($"{path}: action", source.Spec.Action, task.Experience.Action);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }

        void Check(string field, Space actual, Space expected) => InvalidExperienceException.ThrowUnless(actual.Equals(expected), field, $"{task.Name}'s, {expected},", actual);
    }

    /// <summary>Finds the task that a file is of: what its metadata say, or the task whose name its own name begins with.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The task's name, or null.</returns>
    public static string? FindTask(string path)
    {
        var name = Path.GetFileName(path);
        using var source = EpisodeSources.Open(path, new D4rlReaderOptions { IncludeInfos = false });
        return TaskSaidBy(source) ?? EnvironmentRegistry.Names.Where(task => name.StartsWith(task, StringComparison.OrdinalIgnoreCase)).MaxBy(task => task.Length);
    }

    /// <summary>Finds the task that a data set's metadata name.</summary>
    /// <param name="source">The data set.</param>
    /// <returns>The task's name; null where they name none that there is.</returns>
    public static string? TaskSaidBy(IEpisodeSource source) =>
        (source as D4rlReader)?.Metadata.GetValueOrDefault("task") is { } said && EnvironmentRegistry.Names.Contains(said) ? said : null;
}
