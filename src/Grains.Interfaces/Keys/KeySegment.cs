namespace MemoryRL.Grains.Interfaces;

/// <summary>One segment of a grain key: percent-encoded, so that any text of 1 to <see cref="MaxLength"/> characters may stand in it.</summary>
internal static class KeySegment
{
    /// <summary>The most characters of a segment before it is encoded.</summary>
    public const int MaxLength = 200;

    /// <summary>Separates segments; inside a segment it is encoded.</summary>
    public const char Separator = '/';

    /// <summary>Checks a name that becomes a segment.</summary>
    /// <param name="name">The name.</param>
    /// <param name="field">The field that an error names.</param>
    /// <returns>The name.</returns>
    /// <exception cref="InvalidInputException">The name is empty, blank or too long, or holds half a surrogate pair.</exception>
    public static string Check(string? name, string field)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new InvalidInputException(field, $"a name of 1 to {MaxLength} characters", name is null ? "null" : $"'{name}'");
        }

        if (name.Length > MaxLength)
        {
            throw new InvalidInputException(field, $"a name of 1 to {MaxLength} characters", $"{name.Length} characters");
        }

        // Half a surrogate pair has no UTF-8 form and would come back as another name.
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(name[i]))
            {
                throw new InvalidInputException(field, "a name of whole characters", $"half a surrogate pair at {i}");
            }
        }

        return name;
    }

    /// <summary>Encodes a checked name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>ASCII letters, digits, <c>-._~</c> and percent escapes.</returns>
    public static string Encode(string name) => Uri.EscapeDataString(name);

    /// <summary>Splits a key of two segments.</summary>
    /// <param name="key">The key.</param>
    /// <param name="first">The first segment, decoded.</param>
    /// <param name="second">The second segment, decoded.</param>
    /// <returns>Whether the key is two well-formed segments, in the one way in which they are written.</returns>
    public static bool TrySplit(string? key, out string first, out string second)
    {
        first = second = string.Empty;
        var separator = key?.IndexOf(Separator, StringComparison.Ordinal) ?? -1;
        if (separator < 0)
        {
            return false;
        }

        first = Uri.UnescapeDataString(key![..separator]);
        second = Uri.UnescapeDataString(key[(separator + 1)..]);
        return first.Length > 0 && second.Length > 0 && string.Equals($"{Encode(first)}{Separator}{Encode(second)}", key, StringComparison.Ordinal);
    }
}
