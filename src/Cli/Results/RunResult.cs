using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary>What one run came to, written as <c>result.json</c> into its folder and gathered by <c>memoryrl results</c>.</summary>
/// <remarks>
/// One file is one run with one training seed: a command that trains several seeds writes one folder for each (below its own folder, where it
/// likes), and leaves means and intervals over seeds to <c>memoryrl results</c>. The last policy and the best one are kept apart: the best was
/// chosen by looking at evaluations, so its figure is too good by as much as they scatter.
/// </remarks>
internal sealed record RunResult
{
    /// <summary>The file's name in the run's folder.</summary>
    public const string FileName = "result.json";

    /// <summary>Gets the task's name.</summary>
    public required string Task { get; init; }

    /// <summary>Gets the algorithm's name.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Gets the name that sets the method apart from others of the same algorithm, such as <c>bc, top 10 %</c>: runs of one task, dataset and method are taken for seeds of each other.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the name of the data that it was trained on; null where its agents made their own.</summary>
    public string? Dataset { get; init; }

    /// <summary>Gets the SHA-256 of that data's episodes (<see cref="EpisodeSelection.Fingerprint"/>); null where its agents made their own.</summary>
    public string? DatasetFingerprint { get; init; }

    /// <summary>Gets the training seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Gets the learner's gradient steps in all; iterations where there are no gradients.</summary>
    public required long Updates { get; init; }

    /// <summary>Gets the environment steps that the training took; 0 for training from data alone.</summary>
    public required long Steps { get; init; }

    /// <summary>Gets what <see cref="ResultPoint.At"/> counts: <c>updates</c> or <c>steps</c>.</summary>
    public required string ProgressUnit { get; init; }

    /// <summary>Gets whether the run came to its end; one that was stopped before is left out of tables.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Gets how the last policy did; null where none was evaluated.</summary>
    public ResultPoint? Final { get; init; }

    /// <summary>Gets the best point of <see cref="Curve"/> by return, the first of equals; null where the curve is empty.</summary>
    public ResultPoint? Best { get; init; }

    /// <summary>Gets the evaluations during training, in their order; the last policy's is in it where it was made like the others.</summary>
    public required ImmutableArray<ResultPoint> Curve { get; init; }

    /// <summary>Finds the best point of a curve.</summary>
    /// <param name="curve">The evaluations.</param>
    /// <returns>The first with the highest return, by success where no return is known; null where there is none.</returns>
    public static ResultPoint? BestOf(IEnumerable<ResultPoint> curve) => curve.MaxBy(point => double.IsNaN(point.Return) ? point.Success ?? double.NegativeInfinity : point.Return);

    /// <summary>Reads a result.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The result.</returns>
    /// <exception cref="JsonException">The file is damaged, or no result; the message says what is wrong.</exception>
    public static RunResult Load(string path) =>
        JsonSerializer.Deserialize(File.ReadAllText(path), ResultJsonContext.Default.RunResult) ?? throw new JsonException("Expected a run's result but got null.");

    /// <summary>Writes the result into the run's folder: whole, or not at all.</summary>
    /// <param name="folder">The run's folder.</param>
    public void Save(string folder) => WholeFile.Replace(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, ResultJsonContext.Default.RunResult) + "\n");
}

/// <summary>Source-generated JSON of results.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RunResult))]
internal sealed partial class ResultJsonContext : JsonSerializerContext;
