using System.Collections.Immutable;

namespace MemoryRL.Cli;

/// <summary>Reads an algorithm's options from the command line.</summary>
internal static class AlgorithmOptionTexts
{
    /// <summary>Reads options.</summary>
    /// <param name="texts">What was given to <c>--option</c>, each as <c>name=value</c>; null for nothing.</param>
    /// <returns>The values by name.</returns>
    /// <exception cref="UsageException">A text is no pair, or a name comes twice.</exception>
    public static ImmutableSortedDictionary<string, string> Parse(string[]? texts)
    {
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in texts ?? [])
        {
            var split = text.IndexOf('=', StringComparison.Ordinal);
            UsageException.ThrowUnless(split > 0, "--option", "name=value", text);
            UsageException.ThrowUnless(options.TryAdd(text[..split], text[(split + 1)..]), "--option", "each name once", text);
        }

        return options.ToImmutable();
    }
}
