using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>The names in a Minari data set.</summary>
internal static class MinariLayout
{
    public const string DataFolder = "data";
    public const string MetadataFile = "metadata.json";
    public const string MainFile = "main_data.hdf5";

    public const string Observations = "observations";
    public const string Actions = "actions";
    public const string Rewards = "rewards";
    public const string Terminations = "terminations";
    public const string Truncations = "truncations";

    public const string DataFormat = "data_format";
    public const string Hdf5Format = "hdf5";
    public const string ObservationSpace = "observation_space";
    public const string ActionSpace = "action_space";
    public const string TotalEpisodes = "total_episodes";
    public const string TotalSteps = "total_steps";
    public const string DatasetId = "dataset_id";
    public const string DatasetSize = "dataset_size";
    public const string MinariVersion = "minari_version";

    /// <summary>The metadata field in which data sets of ours keep their spec, as JSON.</summary>
    public const string SpecField = "memoryrl_spec";

    /// <summary>Names the group of an episode.</summary>
    /// <param name="number">The episode's number.</param>
    /// <returns>The group's path.</returns>
    public static string Episode(long number) => FormattableString.Invariant($"episode_{number}");

    /// <summary>Says where an extra column is kept under an episode.</summary>
    /// <param name="column">The column.</param>
    /// <returns>The dataset's path.</returns>
    public static string PlaceOf(ColumnSpec column) => D4rlLayout.PlaceOf(column);
}
