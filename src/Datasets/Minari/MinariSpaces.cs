using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>One array of a Minari observation: the whole of it, or one entry of a dictionary.</summary>
/// <param name="Place">Its path under the episode, such as <c>observations/achieved_goal</c>.</param>
/// <param name="Shape">The shape of one observation's value.</param>
internal sealed record MinariPart(string Place, ImmutableArray<int> Shape)
{
    /// <summary>Gets the number of elements of one observation's value.</summary>
    public int ElementCount => Shape.Aggregate(1, static (count, length) => checked(count * length));
}

/// <summary>
/// Gymnasium's spaces as Minari writes them in JSON (minari/serialization.py): <c>Box</c> and <c>Discrete</c> from 0, and for observations a <c>Dict</c>
/// of boxes, whose entries become one flat float32 box in the order of the space, as <c>gymnasium.spaces.flatten</c> has them.
/// </summary>
/// <remarks>Other spaces (Tuple, MultiDiscrete, Text, ...) are refused by name. Python writes infinities as bare words, which is not JSON.</remarks>
internal static class MinariSpaces
{
    private const int MaxDimensions = 32;

    /// <summary>Reads the space of observations.</summary>
    /// <param name="json">The space's JSON.</param>
    /// <param name="place">The path of observations under an episode.</param>
    /// <returns>The space, and the arrays that make up a value of it.</returns>
    /// <exception cref="JsonException">The text is no space, or one that cannot be kept.</exception>
    /// <exception cref="InvalidExperienceException">A value of the space is not allowed.</exception>
    public static (Space Space, ImmutableArray<MinariPart> Parts) ReadObservation(string json, string place)
    {
        using var document = Parse(json);
        if (TypeOf(document.RootElement) != "Dict")
        {
            var space = Read(document.RootElement);
            return (space, [new MinariPart(place, space.Shape)]);
        }

        var parts = ImmutableArray.CreateBuilder<MinariPart>();
        var low = ImmutableArray.CreateBuilder<float>();
        var high = ImmutableArray.CreateBuilder<float>();
        foreach (var entry in Property(document.RootElement, "subspaces").EnumerateObject())
        {
            if (Read(entry.Value) is not BoxSpace { ElementType: ElementType.Float32 } box)
            {
                throw new JsonException($"Expected boxes of numbers in a Dict but got '{TypeOf(entry.Value)}' for '{entry.Name}'.");
            }

            parts.Add(new MinariPart($"{place}/{entry.Name}", box.Shape));
            for (var i = 0; i < box.ElementCount; i++)
            {
                low.Add(box.LowAt(i));
                high.Add(box.HighAt(i));
            }
        }

        return (new BoxSpace([low.Count], low.ToImmutable(), high.ToImmutable()), parts.ToImmutable());
    }

    /// <summary>Reads the space of actions.</summary>
    /// <param name="json">The space's JSON.</param>
    /// <returns>The space.</returns>
    /// <exception cref="JsonException">The text is no space, or one that cannot be kept.</exception>
    /// <exception cref="InvalidExperienceException">A value of the space is not allowed.</exception>
    public static Space ReadAction(string json)
    {
        using var document = Parse(json);
        return Read(document.RootElement);
    }

    /// <summary>Writes a space.</summary>
    /// <param name="space">The space.</param>
    /// <returns>Its JSON, infinities as Python writes them.</returns>
    public static string Write(Space space)
    {
        if (space is DiscreteSpace discrete)
        {
            return FormattableString.Invariant($$"""{"type": "Discrete", "dtype": "int64", "start": 0, "n": {{discrete.Count}}}""");
        }

        var box = (BoxSpace)space;
        var type = box.ElementType == ElementType.UInt8 ? "uint8" : "float32";
        return $$"""{"type": "Box", "dtype": "{{type}}", "shape": [{{string.Join(", ", box.Shape)}}], "low": {{WriteBounds(box, box.LowAt)}}, "high": {{WriteBounds(box, box.HighAt)}}}""";
    }

    private static string WriteBounds(BoxSpace box, Func<int, float> bound)
    {
        var text = new StringBuilder();
        var element = 0;
        Append(0);
        return text.ToString();

        void Append(int dimension)
        {
            if (dimension == box.Shape.Length)
            {
                var value = bound(element++);
                text.Append(float.IsFinite(value) ? ((double)value).ToString("R", CultureInfo.InvariantCulture) : value > 0 ? "Infinity" : "-Infinity");
                return;
            }

            text.Append('[');
            for (var i = 0; i < box.Shape[dimension]; i++)
            {
                text.Append(i == 0 ? "" : ", ");
                Append(dimension + 1);
            }

            text.Append(']');
        }
    }

    private static Space Read(JsonElement space) => TypeOf(space) switch
    {
        "Box" => ReadBox(space),
        "Discrete" => ReadDiscrete(space),
        var other => throw new JsonException($"Expected a space of type Box or Discrete, or a Dict of boxes for observations, but got '{other}'."),
    };

    private static DiscreteSpace ReadDiscrete(JsonElement space)
    {
        var start = space.TryGetProperty("start", out var first) ? first.GetInt64() : 0;
        return start == 0 ? new DiscreteSpace(Property(space, "n").GetInt32()) : throw new JsonException($"Expected a Discrete space from 0 but got one from {start}.");
    }

    private static BoxSpace ReadBox(JsonElement space)
    {
        var shape = Property(space, "shape").EnumerateArray().Select(static length => length.GetInt32()).ToImmutableArray();
        if (shape.Length > MaxDimensions)
        {
            throw new JsonException($"Expected a Box of at most {MaxDimensions} dimensions but got {shape.Length}.");
        }

        var type = Property(space, "dtype").GetString() == "uint8" ? ElementType.UInt8 : ElementType.Float32;
        return new BoxSpace(shape, ReadBounds(Property(space, "low")), ReadBounds(Property(space, "high")), type);
    }

    private static ImmutableArray<float> ReadBounds(JsonElement bounds)
    {
        var values = ImmutableArray.CreateBuilder<float>();
        Add(bounds);
        return values.ToImmutable();

        void Add(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var inner in element.EnumerateArray())
                {
                    Add(inner);
                }

                return;
            }

            values.Add(element.ValueKind == JsonValueKind.String ? float.Parse(element.GetString()!, CultureInfo.InvariantCulture) : (float)element.GetDouble());
        }
    }

    private static string TypeOf(JsonElement space) => Property(space, "type").GetString() ?? "null";

    private static JsonElement Property(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
        ? value
        : throw new JsonException($"Expected '{name}' in a space but there is none.");

    // Bare infinities become text, which numbers are then read from.
    private static JsonDocument Parse(string json)
    {
        var text = new StringBuilder(json.Length + 64);
        var isText = false;
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '"')
            {
                isText = !isText;
            }

            if (isText && json[i] == '\\' && i + 1 < json.Length)
            {
                text.Append(json[i++]).Append(json[i]);
                continue;
            }

            var word = isText ? "" : Infinity(json.AsSpan(i));
            if (word.Length > 0)
            {
                text.Append('"').Append(word).Append('"');
                i += word.Length - 1;
            }
            else
            {
                text.Append(json[i]);
            }
        }

        return JsonDocument.Parse(text.ToString());
    }

    private static string Infinity(ReadOnlySpan<char> text) =>
        text.StartsWith("-Infinity", StringComparison.Ordinal) ? "-Infinity" : text.StartsWith("Infinity", StringComparison.Ordinal) ? "Infinity" : "";
}
