using System.Text.Json.Nodes;
using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>Finds the first difference between two memory specs, by the names that the spec has in JSON.</summary>
internal static class MemorySpecDifference
{
    /// <summary>Compares two specs.</summary>
    /// <param name="existing">The spec that a memory has.</param>
    /// <param name="wanted">The spec that was asked for.</param>
    /// <returns>The field with both values, or null when the specs are equal.</returns>
    public static string? Find(MemorySpec existing, MemorySpec wanted) =>
        existing.Equals(wanted) ? null : Find("spec", JsonNode.Parse(existing.ToJson()), JsonNode.Parse(wanted.ToJson()));

    private static string? Find(string path, JsonNode? existing, JsonNode? wanted)
    {
        if (existing is JsonObject left && wanted is JsonObject right)
        {
            return left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key), StringComparer.Ordinal)
                .Select(name => Find($"{path}.{name}", left[name], right[name]))
                .FirstOrDefault(difference => difference is not null);
        }

        return JsonNode.DeepEquals(existing, wanted) ? null : $"{path} is {Text(existing)}, but {Text(wanted)} was asked for";
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";
}
