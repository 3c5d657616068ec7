using System.Collections.Immutable;
using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>One training run of a suite: a method on a data set with a seed, and how it is judged.</summary>
internal sealed record SuiteCell
{
    /// <summary>Gets the data set's name, which is its file's without the extension.</summary>
    public required string Dataset { get; init; }

    /// <summary>Gets the task's name.</summary>
    public required string Task { get; init; }

    /// <summary>Gets the method's name in tables: cells of one data set and method are seeds of each other.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the name of the command <c>memoryrl train</c> that trains it.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Gets the seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Gets the number of gradient steps.</summary>
    public required int Updates { get; init; }

    /// <summary>Gets the number of evaluations on the way, the last policy's included.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Gets the episodes of an evaluation on the way.</summary>
    public required int EvaluationEpisodes { get; init; }

    /// <summary>Gets the fresh episodes of the last policy's evaluation.</summary>
    public required int FinalEpisodes { get; init; }

    /// <summary>Gets the share of the episodes that is learned from, the best by return.</summary>
    public double Top { get; init; } = 1;

    /// <summary>Gets what becomes of the rewards before they are learned from; null for learners that look at none.</summary>
    public string? Rewards { get; init; }

    /// <summary>Gets the learner's options.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Gets the number of updates up to which the policy is as it was drawn: those of the first of two stages.</summary>
    public int UpdatesBeforePolicy => Options.TryGetValue("value-updates", out var updates) ? int.Parse(updates, CultureInfo.InvariantCulture) : 0;

    /// <summary>Gets the cell's name, which is its folder in the suite's: data set, method and seed.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Dataset}/{Slug(Method)}/seed-{Seed}");

    /// <summary>Spells the command that trains it.</summary>
    /// <param name="dataset">The file of the data set.</param>
    /// <returns>The program's arguments, without the folder of the run.</returns>
    public IEnumerable<string> Arguments(string dataset) =>
    [
        "train", Algorithm, "--dataset", dataset, "--task", Task, "--updates", Text(Updates), "--seed", Text(Seed), "--seeds", "1",
        .. Top < 1 ? ["--top", Text(Top)] : (string[])[],
        "--evaluations", Text(Evaluations), "--evaluation-episodes", Text(EvaluationEpisodes), "--final-episodes", Text(FinalEpisodes), "--threads", "1",
        .. Rewards is null ? [] : (string[])["--rewards", Rewards],
        .. Options.SelectMany(option => (string[])["--option", $"{option.Key}={option.Value}"]),
    ];

    /// <summary>Spells the arguments that tell cells of one name apart: all but folders.</summary>
    /// <returns>The arguments.</returns>
    public IEnumerable<string> Identity() => Arguments(Dataset + DatasetFile.Extension);

    // Letters and digits; what stands between them becomes one dash.
    private static string Slug(string method)
    {
        var slug = new string([.. method.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '.' ? letter : '-')]);
        return string.Join('-', slug.Split('-', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
