using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>One agent: its environment, the episode under way, its budget. It belongs to one thread.</summary>
internal sealed class RolloutAgent(int number, string id, IEnvironment environment, EpisodeBuilder builder, long budget)
{
    public int Number { get; } = number;

    public string Id { get; } = id;

    public IEnvironment Environment { get; } = environment;

    public EpisodeBuilder Builder { get; } = builder;

    /// <summary>Gets or sets how many steps it may still take.</summary>
    public long StepsLeft { get; set; } = budget;

    /// <summary>Gets or sets the number of its next episode.</summary>
    public long EpisodeNumber { get; set; }

    /// <summary>Gets or sets the return of the episode under way, in double precision.</summary>
    public double Return { get; set; }
}
