using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace MemoryRL.Embedded.Tensors.Tests;

/// <summary>What PyTorch computed (golden/make_golden.py), and comparisons with it.</summary>
internal static class Golden
{
    private static readonly JsonDocument Document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "golden.json")));

    public static JsonElement Root => Document.RootElement;

    public static IEnumerable<JsonElement> Cases => Root.GetProperty("cases").EnumerateArray();

    public static Tensor Read(JsonElement packed)
    {
        var shape = packed.GetProperty("s").EnumerateArray().Select(s => s.GetInt64()).ToArray();
        var data = packed.GetProperty("d").EnumerateArray();
        return packed.GetProperty("t").GetString() switch
        {
            "f" => tensor(data.Select(d => (float)Number(d)).ToArray(), shape),
            "l" => tensor(data.Select(d => d.GetInt64()).ToArray(), shape),
            _ => tensor(data.Select(d => d.GetBoolean()).ToArray(), shape),
        };
    }

    public static double Number(JsonElement element) => element.ValueKind != JsonValueKind.String ? element.GetDouble() : element.GetString() switch
    {
        "nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        _ => double.NegativeInfinity,
    };

    /// <summary>Close by |a - e| at most absolute + relative |e|, with equal shapes, types, infinities and not-a-numbers.</summary>
    public static void AssertClose(JsonElement expected, Tensor actual, string what, double relative = 1e-5, double absolute = 2e-6)
    {
        var shape = expected.GetProperty("s").EnumerateArray().Select(s => s.GetInt64()).ToArray();
        Assert.True(shape.SequenceEqual(actual.shape), $"{what}: shape [{string.Join(", ", actual.shape)}] instead of [{string.Join(", ", shape)}]");
        var type = expected.GetProperty("t").GetString() switch { "f" => ScalarType.Float32, "l" => ScalarType.Int64, _ => ScalarType.Bool };
        Assert.True(type == actual.dtype, $"{what}: type {actual.dtype} instead of {type}");
        var numbers = actual.to_type(ScalarType.Float64).data<double>().ToArray();
        var wanted = expected.GetProperty("d").EnumerateArray().Select(d => d.ValueKind is JsonValueKind.True or JsonValueKind.False ? (d.GetBoolean() ? 1 : 0) : Number(d)).ToArray();
        for (var i = 0; i < wanted.Length; i++)
        {
            var same = numbers[i].Equals(wanted[i]) || Math.Abs(numbers[i] - wanted[i]) <= absolute + (relative * Math.Abs(wanted[i]));
            Assert.True(same, string.Create(CultureInfo.InvariantCulture, $"{what}: element {i} is {numbers[i]:g9} instead of {wanted[i]:g9}"));
        }
    }
}
