using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MemoryRL.Cli;

/// <summary>One policy on the way of a random search, and how it did.</summary>
/// <param name="File">The policy's file, relative to the run's folder.</param>
/// <param name="Iteration">After how many iterations.</param>
/// <param name="Steps">After how many environment steps.</param>
/// <param name="Seconds">After how many seconds of search.</param>
/// <param name="Return">The mean return of its evaluation, greedy.</param>
/// <param name="Deviation">The deviation of those returns.</param>
/// <param name="Episodes">The number of episodes of the evaluation.</param>
/// <param name="TrainingReturn">The mean return of the iteration's own trials, which go astray on purpose.</param>
internal sealed record ArsIterate(string File, long Iteration, long Steps, double Seconds, double Return, double Deviation, int Episodes, double TrainingReturn);

/// <summary>All policies on the way, in order: a real learning curve, written as <c>iterates.json</c> and as <c>curve.csv</c>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Iterates">The policies.</param>
internal sealed record ArsIterates(string Task, ImmutableArray<ArsIterate> Iterates)
{
    /// <summary>The file's name in the run's folder.</summary>
    public const string FileName = "iterates.json";

    /// <summary>The name of the table in the run's folder.</summary>
    public const string CurveName = "curve.csv";

    /// <summary>Reads the list.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>The list.</returns>
    /// <exception cref="JsonException">The file is damaged.</exception>
    public static ArsIterates Load(string folder) =>
        JsonSerializer.Deserialize(System.IO.File.ReadAllText(Path.Combine(folder, FileName)), ArsJsonContext.Default.ArsIterates) ?? throw new JsonException("Expected a list of policies but got null.");

    /// <summary>Writes the list and the table.</summary>
    /// <param name="folder">The run's folder.</param>
    public void Save(string folder)
    {
        var table = new StringBuilder("iteration,steps,seconds,mean_return,return_deviation,training_return\n");
        foreach (var iterate in Iterates)
        {
            _ = table.Append(CultureInfo.InvariantCulture, $"{iterate.Iteration},{iterate.Steps},{iterate.Seconds:0.###},{iterate.Return:0.######},{iterate.Deviation:0.######},{iterate.TrainingReturn:0.######}\n");
        }

        WholeFile.Replace(Path.Combine(folder, CurveName), table.ToString());
        WholeFile.Replace(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, ArsJsonContext.Default.ArsIterates) + "\n");
    }
}
