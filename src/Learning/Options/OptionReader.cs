using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Reads a learner's options, given as text by name, into typed values; says exactly which option is at fault.</summary>
internal sealed class OptionReader
{
    private readonly ImmutableSortedDictionary<string, string> _options;
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    private OptionReader(ImmutableSortedDictionary<string, string> options) => _options = options;

    /// <summary>Reads all options of a learner.</summary>
    /// <typeparam name="T">The type of its options.</typeparam>
    /// <param name="options">The options by name.</param>
    /// <param name="read">Reads every option that the learner knows.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="InvalidExperienceException">A name is unknown, or a value is not allowed; the message names the option.</exception>
    public static T ReadAll<T>(ImmutableSortedDictionary<string, string> options, Func<OptionReader, T> read)
    {
        var reader = new OptionReader(options);
        var result = read(reader);
        foreach (var name in options.Keys)
        {
            InvalidExperienceException.ThrowUnless(reader._known.Contains(name), Field(name), $"one of {string.Join(", ", reader._known)}", "an unknown option");
        }

        return result;
    }

    /// <summary>Reads a whole number.</summary>
    /// <param name="name">The option.</param>
    /// <param name="standard">The value where the option is not given.</param>
    /// <param name="minimum">The smallest allowed value.</param>
    /// <param name="maximum">The largest allowed value.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidExperienceException">The text is no whole number in the range.</exception>
    public int Int32(string name, int standard, int minimum, int maximum)
    {
        if (!TryGet(name, out var text))
        {
            return standard;
        }

        var ok = int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum;
        InvalidExperienceException.ThrowUnless(ok, Field(name), $"a whole number from {minimum} to {maximum}", Quoted(text));
        return value;
    }

    /// <summary>Reads a finite number.</summary>
    /// <param name="name">The option.</param>
    /// <param name="standard">The value where the option is not given.</param>
    /// <param name="minimum">The smallest allowed value.</param>
    /// <param name="maximum">The largest allowed value.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidExperienceException">The text is no finite number in the range.</exception>
    public double Double(string name, double standard, double minimum, double maximum)
    {
        if (!TryGet(name, out var text))
        {
            return standard;
        }

        var ok = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= minimum && value <= maximum;
        InvalidExperienceException.ThrowUnless(ok, Field(name), string.Create(CultureInfo.InvariantCulture, $"a finite number from {minimum} to {maximum}"), Quoted(text));
        return value;
    }

    /// <summary>Reads the widths of a network's hidden layers, such as <c>256-256</c>.</summary>
    /// <param name="name">The option.</param>
    /// <param name="standard">The value where the option is not given.</param>
    /// <returns>1 to 8 widths from 1 to 4096.</returns>
    /// <exception cref="InvalidExperienceException">The text is no such list.</exception>
    public ImmutableArray<int> Widths(string name, ImmutableArray<int> standard)
    {
        if (!TryGet(name, out var text))
        {
            return standard;
        }

        var widths = ImmutableArray.CreateBuilder<int>();
        var ok = true;
        foreach (var part in text.Split('-'))
        {
            ok &= int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width is >= 1 and <= 4096;
            widths.Add(width);
        }

        InvalidExperienceException.ThrowUnless(ok && widths.Count <= 8, Field(name), "1 to 8 widths from 1 to 4096 such as 256-256", Quoted(text));
        return widths.ToImmutable();
    }

    /// <summary>Reads <c>true</c> or <c>false</c>.</summary>
    /// <param name="name">The option.</param>
    /// <param name="standard">The value where the option is not given.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidExperienceException">The text is neither.</exception>
    public bool Boolean(string name, bool standard) => Choice(name, standard, ("false", false), ("true", true));

    /// <summary>Reads one of a few words.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="name">The option.</param>
    /// <param name="standard">The value where the option is not given.</param>
    /// <param name="choices">The words with their values.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidExperienceException">The text is none of the words.</exception>
    public T Choice<T>(string name, T standard, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (!TryGet(name, out var text))
        {
            return standard;
        }

        var words = new string[choices.Length];
        for (var i = 0; i < choices.Length; i++)
        {
            if (choices[i].Word == text)
            {
                return choices[i].Value;
            }

            words[i] = choices[i].Word;
        }

        throw new InvalidExperienceException(Field(name), $"one of {string.Join(", ", words)}", Quoted(text));
    }

    private static string Field(string name) => $"options.{name}";

    private static string Quoted(string text) => $"'{text}'";

    private bool TryGet(string name, out string text)
    {
        _ = _known.Add(name);
        return _options.TryGetValue(name, out text!);
    }
}
