using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>Named values that flow from a caller to the grains it calls; what a callee sets, its caller does not see.</summary>
public static class RequestContext
{
    private static readonly AsyncLocal<ImmutableDictionary<string, object>?> Values = new();

    /// <summary>Gets the names of the values.</summary>
    public static IEnumerable<string> Keys => Values.Value?.Keys ?? [];

    /// <summary>Gets the values with their names.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Entries => Values.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

    internal static ImmutableDictionary<string, object>? Current
    {
        get => Values.Value;
        set => Values.Value = value;
    }

    /// <summary>Gets a value.</summary>
    /// <param name="key">The name.</param>
    /// <returns>The value, or null when there is none.</returns>
    public static object? Get(string key) => Values.Value is { } values && values.TryGetValue(key, out var value) ? value : null;

    /// <summary>Sets a value.</summary>
    /// <param name="key">The name.</param>
    /// <param name="value">The value.</param>
    public static void Set(string key, object value)
    {
        Values.Value = (Values.Value ?? ImmutableDictionary<string, object>.Empty).SetItem(key, value);
    }

    /// <summary>Removes a value.</summary>
    /// <param name="key">The name.</param>
    /// <returns>Whether there was one.</returns>
    public static bool Remove(string key)
    {
        if (Values.Value is not { } values || !values.ContainsKey(key))
        {
            return false;
        }

        var rest = values.Remove(key);
        Values.Value = rest.IsEmpty ? null : rest;
        return true;
    }

    /// <summary>Removes all values.</summary>
    public static void Clear()
    {
        if (Values.Value is not null)
        {
            Values.Value = null;
        }
    }
}
