using System.Collections.Immutable;

namespace MemoryRL.Core;

/// <summary>Makes learners of one algorithm. Programs register the real ones; grains know them by name only.</summary>
public interface ILearnerFactory
{
    /// <summary>Gets the algorithm's name in kebab case, such as <c>ada-memento</c>.</summary>
    string Algorithm { get; }

    /// <summary>Gets the extra columns that the algorithm needs every step to carry.</summary>
    ImmutableArray<ColumnSpec> RequiredColumns { get; }

    /// <summary>Gets whether the learner trains on what its memory holds already, whoever lived through it, and not on what its own policies bring.</summary>
    bool IsOffline => false;

    /// <summary>Makes a learner.</summary>
    /// <param name="settings">Spaces, seed, device and options.</param>
    /// <returns>A learner before its first update.</returns>
    /// <exception cref="InvalidExperienceException">A space or option that the algorithm cannot use; the message names it.</exception>
    ILearner Create(LearnerSettings settings);
}
