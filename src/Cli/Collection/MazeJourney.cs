using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>How far one episode came in its maze. Ways are counted in moves between neighbouring cells, along the shortest way to the goal.</summary>
/// <param name="First">The way from where it began.</param>
/// <param name="Nearest">The shortest way from any place that it came to.</param>
/// <param name="Last">The way from where it stopped.</param>
/// <param name="StepsToGoal">The number of steps up to the first one that was rewarded; null where none was.</param>
/// <param name="Stretches">The number of stretches of <see cref="StretchSteps"/> steps, each beginning a step after the one before.</param>
/// <param name="Stood">The number of those between whose ends lies less than <see cref="StandingMeters"/>.</param>
internal readonly record struct MazeJourney(int First, int Nearest, int Last, int? StepsToGoal, int Stretches, int Stood)
{
    /// <summary>The number of steps over which a body stands still or does not.</summary>
    public const int StretchSteps = 50;

    /// <summary>How far a body that stands still may come in that time, in metres.</summary>
    public const double StandingMeters = 0.5;

    /// <summary>Follows an episode.</summary>
    /// <param name="map">The maze.</param>
    /// <param name="episode">An episode whose float32 observations begin with the place, and whose rewards are above 0 at the goal only.</param>
    /// <returns>How far it came.</returns>
    /// <exception cref="InvalidExperienceException">It was never in a free cell of the maze.</exception>
    public static MazeJourney Of(MazeMap map, Episode episode)
    {
        var places = Places(episode);

        // The middle of a body that leans can be over a wall.
        int[] ways = [.. places.Select(place => map.CellAt(place.X, place.Y)).Where(map.IsFree).Select(cell => map.Paths.Distance(cell, map.GoalCell)).OfType<int>()];
        InvalidExperienceException.ThrowUnless(ways.Length > 0, "observations", "places in the task's maze", $"({places[0].X}, {places[0].Y})");
        int? stepsToGoal = null;
        for (var step = 0; step < episode.Length && stepsToGoal is null; step++)
        {
            stepsToGoal = episode.Rewards[step] > 0 ? step + 1 : null;
        }

        var stretches = Math.Max(0, places.Length - StretchSteps);
        var stood = Enumerable.Range(0, stretches).Count(step => double.Hypot(places[step + StretchSteps].X - places[step].X, places[step + StretchSteps].Y - places[step].Y) < StandingMeters);
        return new MazeJourney(ways[0], ways.Min(), ways[^1], stepsToGoal, stretches, stood);
    }

    private static (float X, float Y)[] Places(Episode episode)
    {
        var numbers = MemoryMarshal.Cast<byte, float>(episode.Observations);
        var places = new (float X, float Y)[episode.Length + 1];
        var width = numbers.Length / places.Length;
        for (var step = 0; step < places.Length; step++)
        {
            places[step] = (numbers[step * width], numbers[(step * width) + 1]);
        }

        return places;
    }
}
