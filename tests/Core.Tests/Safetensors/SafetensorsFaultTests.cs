using System.Buffers.Binary;
using System.Text;

namespace MemoryRL.Core.Tests;

/// <summary>Every malformed header is refused with a message that names the fault.</summary>
public sealed class SafetensorsFaultTests
{
    public static TheoryData<string, int, string> Headers { get; } = new()
    {
        // header, bytes of data, part of the message
        { "", 0, "begin with '{'" },
        { " {}", 0, "begin with '{'" },
        { "[]", 0, "begin with '{'" },
        { "null", 0, "begin with '{'" },
        { "{", 0, "not valid JSON" },
        { "{} x", 0, "not valid JSON" },
        { "{}{}", 0, "not valid JSON" },
        { "{/* comment */}", 0, "not valid JSON" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},}""", 1, "not valid JSON" },
        { """{"a":{"dtype":"U8","shape":[[[[[[1]]]]]],"data_offsets":[0,1]}}""", 1, "shape" },
        { """{"a":1}""", 0, "expected an object but got a number" },
        { """{"a":null}""", 0, "expected an object but got null" },
        { """{"a":[]}""", 0, "expected an object but got an array" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "duplicate name 'a'" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "duplicate name 'a'" },
        { """{"a":{"shape":[1],"data_offsets":[0,1]}}""", 1, "missing field 'dtype'" },
        { """{"a":{"dtype":"U8","data_offsets":[0,1]}}""", 1, "missing field 'shape'" },
        { """{"a":{"dtype":"U8","shape":[1]}}""", 1, "missing field 'data_offsets'" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}}""", 1, "unknown field 'more'" },
        { """{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "duplicate field 'dtype'" },
        { """{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}""", 2, "got 'F16'" },
        { """{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}""", 2, "got 'BF16'" },
        { """{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "got 'f32'" },
        { """{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, "dtype: expected text but got a number" },
        { """{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}""", 1, "shape: expected an array but got a number" },
        { """{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1, "but got -1" },
        { """{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}""", 1, "but got 1.0" },
        { """{"a":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}""", 1, "but got 1e0" },
        { """{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", 1, "but got text" },
        { """{"a":{"dtype":"U8","shape":[2147483648],"data_offsets":[0,1]}}""", 1, "but got 2147483648" },
        { """{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""", 4, "shape overflows" },
        { """{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,0],"data_offsets":[0,0]}}""", 0, "shape overflows" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":7}}""", 1, "data_offsets: expected an array but got a number" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", 1, "data_offsets: expected two numbers but got 1" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}""", 1, "data_offsets: expected two numbers but got more" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}""", 1, "but got -1" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,18446744073709551617]}}""", 1, "but got 18446744073709551617" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1, "expected an end of at least the start 1 but got 0" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1, "out of range" },
        { """{"a":{"dtype":"U8","shape":[9223372],"data_offsets":[0,9223372036854775807]}}""", 1, "out of range" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "span 4 bytes but Float32 of shape [2] takes 8" },
        { """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}""", 8, "span 8 bytes" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "overlaps" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2, "overlaps" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}""", 5, "leaves a gap" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "leaves a gap" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 3, "trailing bytes" },
        { "{}", 1, "trailing bytes" },
        { """{"__metadata__":[]}""", 0, "__metadata__: expected an object" },
        { """{"__metadata__":{"a":1}}""", 0, "__metadata__: expected text for 'a' but got a number" },
        { """{"__metadata__":{"a":"1","a":"2"}}""", 0, "__metadata__: duplicate name 'a'" },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, "duplicate name '__metadata__'" },
        { """{"__metadata__":{"a":"\ud800"}}""", 0, "unpaired surrogate" },
        { """{"\udfff":{}}""", 0, "unpaired surrogate" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_malformed_header_is_refused_and_the_fault_named(string header, int dataBytes, string fault)
    {
        var error = Assert.Throws<SafetensorsFormatException>(() => SafetensorsDocument.Parse(File(Encoding.UTF8.GetBytes(header), dataBytes), "policy.safetensors"));

        Assert.Contains(fault, error.Message);
        Assert.StartsWith("policy.safetensors: ", error.Message);
        Assert.Equal("policy.safetensors", error.Origin);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_too_short_for_a_header_length_is_refused(int bytes) =>
        Assert.Contains("too short", Assert.Throws<SafetensorsFormatException>(() => SafetensorsDocument.Parse(new byte[bytes], "x")).Message);

    [Theory]
    [InlineData(3, "beyond the file")]
    [InlineData(100_000_000, "beyond the file")]
    [InlineData(100_000_001, "header too long")]
    [InlineData(ulong.MaxValue, "header too long")]
    public void A_header_length_that_cannot_be_is_refused(ulong length, string fault)
    {
        var file = new byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);

        Assert.Contains(fault, Assert.Throws<SafetensorsFormatException>(() => SafetensorsDocument.Parse(file, "x")).Message);
    }

    [Fact]
    public void A_header_that_is_not_UTF8_is_refused() =>
        Assert.Contains("UTF-8", Assert.Throws<SafetensorsFormatException>(() => SafetensorsDocument.Parse(File([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)'}'], 0), "x")).Message);

    [Fact]
    public void A_name_of_any_length_is_shortened_in_the_message()
    {
        var header = "{\"" + new string('n', 1_000_000) + "\":1}";

        Assert.InRange(Assert.Throws<SafetensorsFormatException>(() => SafetensorsDocument.Parse(File(Encoding.UTF8.GetBytes(header), 0), "x")).Message.Length, 1, 300);
    }

    [Theory]
    [InlineData("{}", 0, "")]
    [InlineData("{}    ", 0, "")]
    [InlineData("""{"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},"e":{"dtype":"F32","shape":[0],"data_offsets":[1,1]},"a":{"data_offsets":[0,1],"shape":[],"dtype":"U8"}}""", 3, "a UInt8 [] 0; b UInt8 [2] 1,2; e Float32 [0] ")]
    public void Headers_in_any_order_with_empty_tensors_and_padding_are_taken(string header, int dataBytes, string expected)
    {
        var file = File(Encoding.UTF8.GetBytes(header), dataBytes);
        for (var i = 0; i < dataBytes; i++)
        {
            file[file.Length - dataBytes + i] = (byte)i;
        }

        var tensors = SafetensorsDocument.Parse(file, "x").Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal);

        Assert.Equal(expected, string.Join("; ", tensors.Select(tensor => $"{tensor.Name} {tensor.ElementType} [{string.Join(',', tensor.Shape)}] {string.Join(',', tensor.Data.ToArray())}")));
    }

    private static byte[] File(byte[] header, int dataBytes)
    {
        var file = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, 8);
        return file;
    }
}
