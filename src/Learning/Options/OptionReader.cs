using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Reads a learner's options, given as text by name, into typed values; says exactly which option is at fault.</summary>
/// <param name="options">The options by name in kebab case.</param>
internal sealed class OptionReader(ImmutableSortedDictionary<string, string> options)
{
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

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

    /// <summary>Throws if an option was given that nobody read.</summary>
    /// <exception cref="InvalidExperienceException">There is one; the message names it and the known ones.</exception>
    public void ThrowOnUnknown()
    {
        foreach (var name in options.Keys)
        {
            InvalidExperienceException.ThrowUnless(_known.Contains(name), Field(name), $"one of {string.Join(", ", _known)}", "an unknown option");
        }
    }

    private static string Field(string name) => $"options.{name}";

    private static string Quoted(string text) => $"'{text}'";

    private bool TryGet(string name, out string text)
    {
        _ = _known.Add(name);
        return options.TryGetValue(name, out text!);
    }
}
