using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>The names in a D4RL file.</summary>
internal static class D4rlLayout
{
    public const string Observations = "observations";
    public const string NextObservations = "next_observations";
    public const string Actions = "actions";
    public const string Rewards = "rewards";
    public const string Terminals = "terminals";
    public const string Timeouts = "timeouts";
    public const string Infos = "infos";
    public const string Metadata = "metadata";

    /// <summary>Where files of ours keep the policy version of each step.</summary>
    public const string PolicyVersions = "infos/policy_versions";

    /// <summary>The metadata key under which files of ours keep their spec, as JSON.</summary>
    public const string SpecKey = "memoryrl/spec";

    /// <summary>The metadata key of the spec's fingerprint: the spec's text lies in the file without a check sum.</summary>
    public const string FingerprintKey = "memoryrl/spec_fingerprint";

    /// <summary>The group that the keys of our own are in.</summary>
    public const string OwnGroup = "memoryrl";

    // D4RL's name for what its SAC policies kept.
    private const string LogProbabilities = "infos/action_log_probs";
    private const string ColumnPrefix = "infos_";

    /// <summary>Says where an extra column is kept.</summary>
    /// <param name="column">The column.</param>
    /// <returns>The dataset's path: <c>infos/qpos</c> for <c>infos_qpos</c>, else <c>infos/</c> and the name.</returns>
    public static string PlaceOf(ColumnSpec column) =>
        column.Name == ColumnSpec.BehaviorLogProbability.Name ? LogProbabilities
        : column.Name.StartsWith(ColumnPrefix, StringComparison.Ordinal) && column.Name.Length > ColumnPrefix.Length ? $"{Infos}/{column.Name[ColumnPrefix.Length..]}"
        : $"{Infos}/{column.Name}";

    /// <summary>Names the extra column of an array of <c>infos</c>.</summary>
    /// <param name="name">The array's name in its group.</param>
    /// <returns>The column's name, <c>infos_</c> and the array's own; null where that is no name of a column.</returns>
    public static string? ColumnOf(string name) =>
        name.Length > 0 && name.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_') ? ColumnPrefix + name : null;
}
