using System.CommandLine;

namespace MemoryRL.Cli;

/// <summary>What the commands that collect have in common.</summary>
internal static class CollectionOptions
{
    /// <summary>Gets the folder of published policies.</summary>
    public static Option<string?> Policies { get; } = new("--policies") { Description = "A folder of published policies (*.json); without it, those of our own training are used.", HelpName = "folder" };

    /// <summary>Gets the folder of our own training's runs.</summary>
    public static Option<string> Runs { get; } = new("--runs") { Description = "Where `memoryrl train ars` put its runs.", HelpName = "folder", DefaultValueFactory = _ => "runs" };

    /// <summary>Gets the seed.</summary>
    public static Option<long> Seed { get; } = new("--seed") { Description = "The seed: the same seed collects the same data, whatever the number of threads.", HelpName = "number", DefaultValueFactory = _ => 1 };

    /// <summary>Gets the number of threads.</summary>
    public static Option<int> Threads { get; } = new("--threads") { Description = "Threads that play.", HelpName = "count", DefaultValueFactory = _ => Environment.ProcessorCount };

    /// <summary>Reads the seed.</summary>
    /// <param name="result">The command line.</param>
    /// <returns>The seed.</returns>
    public static ulong ReadSeed(ParseResult result)
    {
        var seed = result.GetValue(Seed);
        UsageException.ThrowUnless(seed >= 0, "--seed", "0 or more", seed);
        return (ulong)seed;
    }

    /// <summary>Reads the number of threads.</summary>
    /// <param name="result">The command line.</param>
    /// <returns>The number.</returns>
    public static int ReadThreads(ParseResult result)
    {
        var threads = result.GetValue(Threads);
        UsageException.ThrowUnless(threads is >= 1 and <= 1024, "--threads", "1 to 1024 threads", threads);
        return threads;
    }

    /// <summary>Reads where the policies come from.</summary>
    /// <param name="result">The command line.</param>
    /// <returns>The library.</returns>
    public static IPolicyLibrary ReadLibrary(ParseResult result)
    {
        var folder = result.GetValue(Policies);
        UsageException.ThrowUnless(folder is null || Directory.Exists(folder), "--policies", "a folder that exists", folder);
        return folder is null ? new TrainedPolicies(result.GetRequiredValue(Runs)) : new PublishedPolicies(folder);
    }
}
