using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>How far the episodes of a data set come in its maze.</summary>
/// <param name="Name">The data set's name.</param>
/// <param name="Journeys">What came of each episode, 1 or more.</param>
internal sealed record MazeJourneys(string Name, ImmutableArray<MazeJourney> Journeys)
{
    /// <summary>Gets the titles of <see cref="Cells"/>.</summary>
    public static ImmutableArray<string> Titles { get; } =
        ["data set", "episodes", "begin at the goal", "come to the goal", "steps until there", "cells to go: first", "nearest", "last", "last at the goal", "standing"];

    /// <summary>Gets the row of a table: numbers of episodes, medians, and quartiles of the nearest.</summary>
    public ImmutableArray<string> Cells =>
    [
        Name,
        Count(Journeys.Length),
        Share(journey => journey.First == 0),
        Share(journey => journey.StepsToGoal is not null),
        Steps(),
        Number(Median(journey => journey.First)),
        string.Create(CultureInfo.InvariantCulture, $"{Number(Median(journey => journey.Nearest))} ({Number(NearestAt(0.25))} .. {Number(NearestAt(0.75))})"),
        Number(Median(journey => journey.Last)),
        Share(journey => journey.Last == 0),
        ReportText.Percent((double)Journeys.Sum(journey => (long)journey.Stood) / Journeys.Sum(journey => (long)journey.Stretches)),
    ];

    /// <summary>Follows the episodes of a data set.</summary>
    /// <param name="path">The file, in D4RL's layout.</param>
    /// <param name="taskName">The task's name; null for the one that the file says.</param>
    /// <param name="top">The share of the episodes that is followed, the best by return, above 0 and at most 1.</param>
    /// <param name="from">The way to the goal from which an episode must begin, in cells.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>How far they come.</returns>
    /// <exception cref="UsageException">The task is not known, no maze, or rewarded elsewhere than at the goal; or no episode begins that far off.</exception>
    /// <exception cref="DatasetFormatException">The file is damaged.</exception>
    /// <exception cref="InvalidExperienceException">The places are not in the task's maze.</exception>
    public static MazeJourneys Read(string path, string? taskName, double top, int from, CancellationToken cancellationToken)
    {
        using var reader = D4rlFile.Open(path);
        var map = MapOf(taskName ?? reader.Metadata.GetValueOrDefault(DatasetFile.TaskKey), path);
        InvalidExperienceException.ThrowUnless(reader.Spec.Observation is BoxSpace { ElementType: ElementType.Float32, ElementCount: >= 2 }, "observations", "2 or more numbers", reader.Spec.Observation);
        var episodes = top < 1 ? TopEpisodes.Select(reader.ReadEpisodes(), top).Of(reader.ReadEpisodes()) : reader.ReadEpisodes();
        var journeys = ImmutableArray.CreateBuilder<MazeJourney>();
        foreach (var episode in episodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var journey = MazeJourney.Of(map, episode);
            if (journey.First >= from)
            {
                journeys.Add(journey);
            }
        }

        UsageException.ThrowUnless(journeys.Count > 0, "--from", $"a way from which an episode of '{path}' begins", from);
        return new MazeJourneys(Path.GetFileNameWithoutExtension(path), journeys.ToImmutable());
    }

    private static MazeMap MapOf(string? task, string path)
    {
        UsageException.ThrowUnless(task is not null, "--task", $"the maze of '{path}', which does not say its task", task);
        var environment = EnvironmentRegistry.Find(task).Create(maxEpisodeSteps: null);
        return environment.Spec.HasGoal && environment.Unwrapped is IMazeEnvironment maze ? maze.Map
            : throw new UsageException($"--task: expected a maze with rewards at its goal only, such as antmaze-large or maze2d-umaze, but got '{task}' for '{path}'.");
    }

    private string Steps()
    {
        double[] steps = [.. Journeys.Select(journey => journey.StepsToGoal).OfType<int>()];
        return steps.Length == 0 ? "-" : $"{Count(steps.Min())}, {Number(Quantiles.Median(steps))}";
    }

    private double Median(Func<MazeJourney, int> way) => Quantiles.Median(Journeys.Select(journey => (double)way(journey)));

    private double NearestAt(double share) => Quantiles.At(Journeys.Select(journey => (double)journey.Nearest), share);

    private string Share(Func<MazeJourney, bool> condition)
    {
        var count = Journeys.Count(condition);
        return $"{Count(count)} ({ReportText.Percent((double)count / Journeys.Length)})";
    }

    private static string Count(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("#,0.#", CultureInfo.InvariantCulture);
}
