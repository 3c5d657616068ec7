using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>The datasets of a D4RL file that make up its steps, each of the same number of rows.</summary>
internal sealed class D4rlColumns : IDisposable
{
    private readonly List<Hdf5Column> _all = [];

    /// <summary>Opens and checks them.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="usesNextObservations">Whether <c>next_observations</c> is of interest, where there is one.</param>
    /// <exception cref="DatasetFormatException">A dataset is missing, damaged, or of another type or shape.</exception>
    public D4rlColumns(Hdf5Reader reader, ExperienceSpec spec, long rows, bool usesNextObservations)
    {
        try
        {
            Observations = Keep(Hdf5Column.Open(reader, D4rlLayout.Observations, spec.Observation.ElementType, spec.Observation.Shape, rows));
            Actions = Keep(Hdf5Column.Open(reader, D4rlLayout.Actions, spec.Action.ElementType, spec.Action.Shape, rows));
            Rewards = Keep(Hdf5Column.Open(reader, D4rlLayout.Rewards, ElementType.Float32, [], rows));
            Terminals = Keep(Hdf5Column.OpenFlags(reader, D4rlLayout.Terminals, rows));
            Timeouts = Exists(reader, D4rlLayout.Timeouts) ? Keep(Hdf5Column.OpenFlags(reader, D4rlLayout.Timeouts, rows)) : null;
            NextObservations = usesNextObservations && Exists(reader, D4rlLayout.NextObservations)
                ? Keep(Hdf5Column.Open(reader, D4rlLayout.NextObservations, spec.Observation.ElementType, spec.Observation.Shape, rows))
                : null;
            PolicyVersions = Exists(reader, D4rlLayout.PolicyVersions) ? Keep(Hdf5Column.Open(reader, D4rlLayout.PolicyVersions, ElementType.Int64, [], rows)) : null;
            Extras = [.. spec.ExtraColumns.Select(column => Keep(Hdf5Column.Open(reader, D4rlLayout.PlaceOf(column), column.ElementType, column.Shape, rows)))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets the observation before each step.</summary>
    public Hdf5Column Observations { get; }

    /// <summary>Gets the action of each step.</summary>
    public Hdf5Column Actions { get; }

    /// <summary>Gets the reward of each step.</summary>
    public Hdf5Column Rewards { get; }

    /// <summary>Gets whether each step ended the task.</summary>
    public Hdf5Column Terminals { get; }

    /// <summary>Gets whether a time limit ended the episode at each step; null for files without.</summary>
    public Hdf5Column? Timeouts { get; }

    /// <summary>Gets the observation after each step; null where the file has none or nobody asked.</summary>
    public Hdf5Column? NextObservations { get; }

    /// <summary>Gets the policy version of each step; null where the file has none.</summary>
    public Hdf5Column? PolicyVersions { get; }

    /// <summary>Gets the extra columns, in the spec's order.</summary>
    public IReadOnlyList<Hdf5Column> Extras { get; }

    /// <inheritdoc/>
    public void Dispose() => _all.ForEach(static column => column.Dispose());

    private static bool Exists(Hdf5Reader reader, string place) => reader.Find(place) != Hdf5Entry.Nothing;

    private Hdf5Column Keep(Hdf5Column column)
    {
        _all.Add(column);
        return column;
    }
}
