using System.Globalization;
using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Reads the fields of one JSON object and says exactly which one is at fault.</summary>
/// <param name="file">The file's name, for error messages.</param>
/// <param name="element">The object.</param>
/// <param name="prefix">Where the object lies in the file, with a dot behind; empty for the whole file.</param>
internal readonly struct JsonFields(string file, JsonElement element, string prefix = "")
{
    /// <summary>Gets the file's name.</summary>
    public string File { get; } = file;

    /// <summary>Names a field as error messages do.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The file and the field.</returns>
    public string Name(string field) => $"{File}: {prefix}{field}";

    /// <summary>Reads text.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The text; empty where there is none.</returns>
    public string Text(string field) => TryGet(field) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    /// <summary>Reads a number.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The number, or null.</returns>
    /// <exception cref="InvalidExperienceException">It is something else.</exception>
    public double? Number(string field) => TryGet(field) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : throw new InvalidExperienceException(Name(field), "a number or null", value.ValueKind.ToString());

    /// <summary>Reads one of two words.</summary>
    /// <param name="field">The field.</param>
    /// <param name="no">The word for false.</param>
    /// <param name="yes">The word for true.</param>
    /// <returns>Which it is.</returns>
    /// <exception cref="InvalidExperienceException">It is neither.</exception>
    public bool Choice(string field, string no, string yes)
    {
        var text = Text(field);
        InvalidExperienceException.ThrowUnless(text == no || text == yes, Name(field), $"'{no}' or '{yes}'", $"'{text}'");
        return text == yes;
    }

    /// <summary>Reads a list of numbers.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The numbers, or null.</returns>
    /// <exception cref="InvalidExperienceException">It is something else.</exception>
    public double[]? Numbers(string field) => TryGet(field) is { } value ? Numbers(field, value) : null;

    /// <summary>Reads a list of lists of numbers.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The lists.</returns>
    /// <exception cref="InvalidExperienceException">It is something else.</exception>
    public IReadOnlyList<double[]> Rows(string field)
    {
        var rows = new List<double[]>();
        foreach (var row in Items(field))
        {
            rows.Add(Numbers(string.Create(CultureInfo.InvariantCulture, $"{field}[{rows.Count}]"), row));
        }

        return rows;
    }

    /// <summary>Reads a list of objects.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The objects.</returns>
    /// <exception cref="InvalidExperienceException">It is something else.</exception>
    public IReadOnlyList<JsonFields> Objects(string field)
    {
        var objects = new List<JsonFields>();
        foreach (var item in Items(field))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{field}[{objects.Count}]");
            InvalidExperienceException.ThrowUnless(item.ValueKind == JsonValueKind.Object, Name(name), "an object", item.ValueKind);
            objects.Add(new JsonFields(File, item, $"{prefix}{name}."));
        }

        return objects;
    }

    private double[] Numbers(string field, JsonElement list)
    {
        InvalidExperienceException.ThrowUnless(list.ValueKind == JsonValueKind.Array, Name(field), "a list of numbers", list.ValueKind);
        var numbers = new double[list.GetArrayLength()];
        var i = 0;
        foreach (var item in list.EnumerateArray())
        {
            InvalidExperienceException.ThrowUnless(item.ValueKind == JsonValueKind.Number, Name(string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]")), "a number", item.ValueKind);
            numbers[i++] = item.GetDouble();
        }

        return numbers;
    }

    private JsonElement.ArrayEnumerator Items(string field)
    {
        var list = TryGet(field) ?? default;
        InvalidExperienceException.ThrowUnless(list.ValueKind == JsonValueKind.Array, Name(field), "a list", list.ValueKind);
        return list.EnumerateArray();
    }

    private JsonElement? TryGet(string field)
    {
        InvalidExperienceException.ThrowUnless(element.ValueKind == JsonValueKind.Object, Name(field), "an object with this field", element.ValueKind);
        return element.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
