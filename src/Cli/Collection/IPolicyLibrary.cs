using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>Where data sets take their policies from.</summary>
internal interface IPolicyLibrary
{
    /// <summary>Finds the policies of a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The policies.</returns>
    /// <exception cref="UsageException">Something is missing; the message says what, how to get it and how long that takes.</exception>
    PolicyLevels Find(EnvironmentSpec task);

    /// <summary>Finds an ant that walks, for ant mazes.</summary>
    /// <param name="ant">The plain ant's task.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="UsageException">Something is missing; the message says what, how to get it and how long that takes.</exception>
    CollectionPolicy FindWalker(EnvironmentSpec ant);
}

/// <summary>A policy and how it plays.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Mode">How it chooses.</param>
/// <param name="Noise">The deviation of the noise on its actions.</param>
internal sealed record PolicyUse(CollectionPolicy Policy, ActMode Mode, double Noise);

/// <summary>A task's policies by how good they are.</summary>
/// <param name="Expert">The expert.</param>
/// <param name="Medium">One that is about a third as good.</param>
/// <param name="Replay">A learning curve from the start to about the medium level, each with its share of the steps; the shares add up to 1.</param>
internal sealed record PolicyLevels(PolicyUse Expert, PolicyUse Medium, ImmutableArray<(PolicyUse Use, double Share)> Replay);
