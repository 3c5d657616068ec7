using System.Text.Json.Serialization;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Source-generated JSON of what a checkpoint's metadata hold.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LearnerSpecMessage))]
[JsonSerializable(typeof(LearnerPosition))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class LearnerJsonContext : JsonSerializerContext;
