using System.Runtime.CompilerServices;

namespace MemoryRL.Core;

/// <summary>What was expected, written only when the error is thrown: a check that passes formats and allocates nothing.</summary>
[InterpolatedStringHandler]
public ref struct ExpectedText
{
    private DefaultInterpolatedStringHandler _text;

    /// <summary>Initializes the text; the compiler calls this.</summary>
    /// <param name="literalLength">The number of fixed characters.</param>
    /// <param name="formattedCount">The number of values in the text.</param>
    /// <param name="condition">What must hold.</param>
    /// <param name="isNeeded">Whether the text is needed.</param>
    public ExpectedText(int literalLength, int formattedCount, bool condition, out bool isNeeded)
    {
        isNeeded = !condition;
        _text = condition ? default : new DefaultInterpolatedStringHandler(literalLength, formattedCount, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Adds fixed text; the compiler calls this.</summary>
    /// <param name="text">The text.</param>
    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    /// <summary>Adds a value; the compiler calls this.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value, formatted invariantly.</param>
    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>Adds a value in a format; the compiler calls this.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value, formatted invariantly.</param>
    /// <param name="format">The format.</param>
    public void AppendFormatted<T>(T value, string format) => _text.AppendFormatted(value, format);

    /// <summary>Ends the text.</summary>
    /// <returns>The text.</returns>
    internal string ToStringAndClear() => _text.ToStringAndClear();
}
