using System.Globalization;
using System.Text;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>Writes the experiment's results as CSV: arms, runs and curves.</summary>
public static class CliffWalkingReflectionFiles
{
    /// <summary>Writes <c>arms.csv</c>, <c>runs.csv</c> and <c>curves.csv</c>.</summary>
    /// <param name="result">The results.</param>
    /// <param name="folder">The folder; it is created where it is missing.</param>
    public static void Write(CliffWalkingReflectionResult result, string folder)
    {
        _ = Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "arms.csv"), Arms(result));
        File.WriteAllText(Path.Combine(folder, "runs.csv"), Runs(result));
        File.WriteAllText(Path.Combine(folder, "curves.csv"), Curves(result));
    }

    /// <summary>Gets the mean greedy success of an arm over its seeds at even numbers of training episodes, for a picture.</summary>
    /// <param name="result">The results.</param>
    /// <param name="arm">The arm's name.</param>
    /// <param name="pointCount">The number of points, at least 2.</param>
    /// <returns>Training episodes, and the mean share of greedy successes in [0, 1]; a run's last evaluation holds until its next.</returns>
    public static IReadOnlyList<(double Episodes, double Success)> MeanCurve(CliffWalkingReflectionResult result, string arm, int pointCount)
    {
        var seeds = result.Points.Where(point => point.Arm == arm).GroupBy(point => point.Seed).Select(group => group.ToArray()).ToArray();
        var curve = new (double, double)[pointCount];
        for (var i = 0; i < pointCount; i++)
        {
            var episodes = result.Options.EpisodeBudget * (double)i / (pointCount - 1);
            curve[i] = (episodes, seeds.Average(points => points.LastOrDefault(point => point.Episodes <= episodes)?.Ensemble ?? 0));
        }

        return curve;
    }

    private static string Arms(CliffWalkingReflectionResult result)
    {
        var text = new StringBuilder("arm,runs,censored,mean_episodes,mean_episodes_low,mean_episodes_high,median_episodes,median_episodes_low,median_episodes_high,"
            + "mean_falls_to_target,mean_falls_to_target_low,mean_falls_to_target_high,mean_falls,mean_falls_low,mean_falls_high\n");
        foreach (var arm in result.Arms)
        {
            _ = text.AppendJoin(',', arm.Arm, arm.Runs, arm.Censored, Columns(arm.MeanEpisodes), Columns(arm.MedianEpisodes), Columns(arm.MeanFallsToTarget), Columns(arm.MeanFalls)).Append('\n');
        }

        return text.ToString();
    }

    private static string Runs(CliffWalkingReflectionResult result)
    {
        var text = new StringBuilder("arm,seed,episodes_to_target,falls_to_target,falls,episodes,final_success,meets_target_share\n");
        foreach (var run in result.Runs)
        {
            _ = text.AppendJoin(',', run.Arm, run.Seed, run.EpisodesToTarget, run.FallsToTarget, run.Falls, run.Episodes, Column(run.FinalEnsemble), run.MeetsTargetShare is { } share ? Column(share) : "").Append('\n');
        }

        return text.ToString();
    }

    private static string Curves(CliffWalkingReflectionResult result)
    {
        var text = new StringBuilder("arm,seed,episodes,steps,falls,training_success,ensemble_success,explorer_success,prediction_success\n");
        foreach (var point in result.Points)
        {
            _ = text.AppendJoin(',', point.Arm, point.Seed, point.Episodes, point.Steps, point.Falls, Column(point.TrainingSuccess), Column(point.Ensemble), Column(point.Explorer), Column(point.Prediction)).Append('\n');
        }

        return text.ToString();
    }

    private static string Columns(Interval interval) => string.Join(',', Column(interval.Estimate), Column(interval.Low), Column(interval.High));

    private static string Column(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
