using System.CommandLine;
using System.Runtime.InteropServices;

namespace MemoryRL.Cli;

/// <summary>What every run's <c>params.json</c> begins with: what was started, with what, by whom. It says of a new run what holds here and now.</summary>
internal abstract record RunOrigin
{
    /// <summary>Gets the task's name.</summary>
    public required string Task { get; init; }

    /// <summary>Gets the algorithm's name.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Gets the seed of everything random.</summary>
    public required long Seed { get; init; }

    /// <summary>Gets the number of threads that act or play episodes.</summary>
    public required int Threads { get; init; }

    /// <summary>Gets the program's version.</summary>
    public string Version { get; init; } = BuildInformation.FullVersion;

    /// <summary>Gets the switch <c>GrainHost</c>.</summary>
    public string GrainHost { get; init; } = BuildInformation.GrainHost;

    /// <summary>Gets the switch <c>TensorEngine</c>.</summary>
    public string TensorEngine { get; init; } = BuildInformation.TensorEngine;

    /// <summary>Gets the machine in one line.</summary>
    public string Machine { get; init; } = $"{Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, .NET {Environment.Version}";

    /// <summary>Gets when the run was first started.</summary>
    public DateTimeOffset StartedAt { get; init; } = TimeProvider.System.GetUtcNow();

    /// <summary>Gets the command line that started it.</summary>
    public required string CommandLine { get; init; }

    /// <summary>Writes a command line so that a shell reads it again.</summary>
    /// <param name="result">The command line.</param>
    /// <returns>Its words, those with spaces in quotes.</returns>
    public static string Spell(ParseResult result) => string.Join(' ', result.Tokens.Select(token => token.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{token.Value}\"" : token.Value));
}
