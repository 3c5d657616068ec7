using System.Buffers.Binary;
using System.Text;

namespace MemoryRL.Core.Tests;

public sealed class SafetensorsRoundTripTests
{
    [Fact]
    public void What_was_written_is_read_back()
    {
        var builder = new SafetensorsBuilder();
        builder.Metadata["algorithm"] = "ppo";
        builder.Metadata["quotes \" and ünïcode \n"] = "{}";
        builder.Add<float>("fc1.weight", [2, 3], [1, -2, 3.5f, float.MaxValue, float.Epsilon, -0f]);
        builder.Add<byte>("bytes", [5], [1, 2, 3, 4, 5]);
        builder.Add<int>("ints", [2], [int.MinValue, int.MaxValue]);
        builder.Add<long>("longs", [1, 2], [long.MinValue, long.MaxValue]);
        builder.Add<bool>("flags", [3], [true, false, true]);
        builder.Add<double>("scalar", [], [Math.PI]);
        builder.Add<ulong>("state", [1], [ulong.MaxValue]);
        builder.Add<float>("nothing", [0, 4], []);

        var document = SafetensorsDocument.Parse(builder.ToArray(), "test");

        Assert.Equal(8, document.Tensors.Count);
        Assert.Equal(builder.Metadata, document.Metadata);
        Assert.Equal([1, -2, 3.5f, float.MaxValue, float.Epsilon, -0f], document["fc1.weight"].Values<float>().ToArray());
        Assert.Equal([2, 3], document["fc1.weight"].Shape.ToArray());
        Assert.Equal([1, 2, 3, 4, 5], document["bytes"].Values<byte>().ToArray());
        Assert.Equal([int.MinValue, int.MaxValue], document["ints"].Values<int>().ToArray());
        Assert.Equal([long.MinValue, long.MaxValue], document["longs"].Values<long>().ToArray());
        Assert.Equal([true, false, true], document["flags"].Values<bool>().ToArray());
        Assert.Equal([1, 0, 1], document["flags"].Values<byte>().ToArray());
        Assert.Equal(Math.PI, document["scalar"].Values<double>()[0]);
        Assert.Empty(document["scalar"].Shape);
        Assert.Equal(ulong.MaxValue, document["state"].Values<ulong>()[0]);
        Assert.Equal([0, 4], document["nothing"].Shape.ToArray());
    }

    [Fact]
    public void Data_start_at_a_multiple_of_8_and_every_tensor_is_aligned_to_its_elements()
    {
        for (var nameLength = 1; nameLength < 20; nameLength++)
        {
            var builder = new SafetensorsBuilder();
            builder.Add<byte>(new string('a', nameLength), [3], [1, 2, 3]);
            builder.Add<float>("b", [1], [1]);
            builder.Add<long>("c", [1], [1]);
            builder.Add<int>("d", [3], [1, 2, 3]);
            var file = builder.ToArray();
            var header = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
            var document = SafetensorsDocument.Parse(file, "test");
            var offset = 0;

            Assert.Equal(0, (8 + header) % 8);
            foreach (var tensor in document.Tensors)
            {
                Assert.Equal(0, offset % tensor.ElementType.ByteCount());
                offset += tensor.Data.Length;
            }

            Assert.Equal(["c", "b", "d", new string('a', nameLength)], document.Tensors.Select(tensor => tensor.Name));
        }
    }

    [Fact]
    public void A_stream_gets_the_same_bytes_as_an_array()
    {
        var builder = new SafetensorsBuilder();
        builder.Metadata["a"] = "b";
        builder.Add<float>("x", [2], [1, 2]);
        builder.Add<byte>("y", [2], [1, 2]);
        using var stream = new MemoryStream();
        builder.WriteTo(stream);

        Assert.Equal(builder.ToArray(), stream.ToArray());
    }

    [Fact]
    public void Tensors_are_slices_of_the_file()
    {
        var builder = new SafetensorsBuilder();
        builder.Add<byte>("x", [2], [1, 2]);
        var file = builder.ToArray();
        var document = SafetensorsDocument.Parse(file, "test");
        file[^1] = 9;

        Assert.Equal([1, 9], document["x"].Data.ToArray());
    }

    [Fact]
    public void A_file_assembled_by_hand_from_the_published_format_is_read()
    {
        // 8 bytes of header length (little-endian), the header padded with spaces, then 2 x 3 floats and one byte.
        const string Header = """{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"U8","shape":[],"data_offsets":[24,25]}}  """;
        byte[] file = [(byte)Header.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Header), 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40, 0, 0, 0xA0, 0x40, 0, 0, 0xC0, 0x40, 7];
        var document = SafetensorsDocument.Parse(file, "hand");

        Assert.Equal("pt", document.Metadata["format"]);
        Assert.Equal([1, 2, 3, 4, 5, 6], document["w"].Values<float>().ToArray());
        Assert.Equal(7, document["b"].Values<byte>()[0]);
    }

    [Fact]
    public void The_writer_makes_exactly_the_bytes_of_the_published_format()
    {
        var builder = new SafetensorsBuilder();
        builder.Add<int>("a", [1], [0x01020304]);
        const string Header = """{"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}""";
        byte[] expected = [56, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Header.PadRight(56)), 4, 3, 2, 1];

        Assert.Equal(expected, builder.ToArray());
    }

    [Fact]
    public void The_writer_refuses_what_no_file_can_hold()
    {
        var builder = new SafetensorsBuilder();
        builder.Add<float>("x", [1], [1]);

        Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => builder.Add<float>("x", [1], [1])).Message);
        Assert.Contains("__metadata__", Assert.Throws<ArgumentException>(() => builder.Add<float>("__metadata__", [1], [1])).Message);
        Assert.Contains("8 bytes", Assert.Throws<ArgumentException>(() => builder.Add("y", ElementType.Float32, [2], new byte[7])).Message);
        Assert.Throws<ArgumentException>(() => builder.Add("y", ElementType.Float32, [int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue], new byte[7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Add("y", ElementType.Float32, [-1], new byte[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Add("y", (ElementType)99, [1], new byte[4]));
        Assert.ThrowsAny<ArgumentException>(() => builder.Add<float>("lone \ud800 surrogate", [1], [1]));
        Assert.Throws<NotSupportedException>(() => builder.Add<short>("y", [1], [1]));
        Assert.Equal(1, builder.Count);
    }

    [Fact]
    public void A_tensor_that_is_looked_for_in_vain_is_named_with_what_there_is()
    {
        var document = Samples.Saved(builder => builder.Add<float>("fc1.weight", [2, 1], [1, 2]));

        Assert.Contains("'fc2.weight'", Assert.Throws<SafetensorsFormatException>(() => document["fc2.weight"]).Message);
        Assert.Contains("'fc1.weight'", Assert.Throws<SafetensorsFormatException>(() => document["fc2.weight"]).Message);
        Assert.Contains("[2, 1]", Assert.Throws<SafetensorsFormatException>(() => document.Require("fc1.weight", ElementType.Float32, 3)).Message);
        Assert.Contains("Float32", Assert.Throws<SafetensorsFormatException>(() => document.Require("fc1.weight", ElementType.Int32, 2, 1)).Message);
        Assert.Contains("'version'", Assert.Throws<SafetensorsFormatException>(() => document.RequireMetadata("version")).Message);
        Assert.Equal("fc1.weight", document.Require("fc1.weight", ElementType.Float32, -1, 1).Name);
        Assert.Contains("'fc1.weight'", Assert.Throws<InvalidOperationException>(() => document["fc1.weight"].Values<int>()[0]).Message);
        Assert.False(document.TryGet("fc2.weight", out _));
    }

    [Fact]
    public void A_file_written_with_NumPy_is_read()
    {
        var document = SafetensorsDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Safetensors", "numpy.safetensors")), "numpy.safetensors");

        Assert.StartsWith("NumPy ", document.Metadata["writer"]);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => i / 8f), document.Require("float32", ElementType.Float32, 2, 3, 4).Values<float>().ToArray());
        Assert.Equal([double.NegativeInfinity, -1.5, 0, double.MaxValue], document.Require("float64", ElementType.Float64, 4).Values<double>().ToArray());
        Assert.Equal([int.MinValue, -1, int.MaxValue], document.Require("int32", ElementType.Int32, 3).Values<int>().ToArray());
        Assert.Equal([long.MinValue, long.MaxValue], document.Require("int64", ElementType.Int64, 2, 1).Values<long>().ToArray());
        Assert.Equal([ulong.MaxValue], document.Require("uint64", ElementType.UInt64, 1).Values<ulong>().ToArray());
        Assert.Equal([0, 127, 255], document.Require("uint8 ünïcode", ElementType.UInt8, 3).Values<byte>().ToArray());
        Assert.Equal([true, false], document.Require("bool", ElementType.Boolean, 2).Values<bool>().ToArray());
        Assert.Equal(0, document.Require("empty", ElementType.Float32, 0, 5).Data.Length);
        Assert.Equal(3f, document.Require("scalar", ElementType.Float32).Values<float>()[0]);
    }
}
