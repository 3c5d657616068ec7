using System.CommandLine;

namespace MemoryRL.Cli;

/// <summary>The options by which <c>memoryrl import</c> and <c>export</c> find a memory.</summary>
internal static class MemoryOptions
{
    /// <summary>Gets the memory's name.</summary>
    public static Option<string> Memory { get; } = new("--memory") { Description = "The memory's name.", HelpName = "name", Required = true };

    /// <summary>Gets where memories lie on this machine.</summary>
    public static Option<string> State { get; } = new("--state")
    {
        Description = "The folder in which this machine's memories lie.",
        HelpName = "folder",
        DefaultValueFactory = _ => "memories",
    };

    /// <summary>Gets the cluster to work against.</summary>
    public static Option<string?> Cluster { get; } = new("--cluster")
    {
        Description = "Use a memory of a cluster, by its gateway, in place of one on this machine. Needs a build with -p:GrainHost=Orleans.",
        HelpName = "host:port",
    };
}
