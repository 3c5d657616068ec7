using System.Buffers.Binary;
using System.Text;

namespace MemoryRL.Core.Tests;

/// <summary>Whatever the bytes, the reader answers with a document or its own error, and allocates in proportion to the file.</summary>
public sealed class SafetensorsFuzzTests
{
    [Fact]
    public void Random_bytes_never_end_otherwise()
    {
        var random = new Random(1);
        for (var round = 0; round < 20_000; round++)
        {
            var file = new byte[random.Next(0, 200)];
            random.NextBytes(file);
            if (file.Length >= 8 && random.Next(4) != 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)random.Next(0, file.Length - 7));
            }

            _ = Accepts(file);
        }
    }

    [Fact]
    public void A_valid_file_cut_at_any_byte_is_refused()
    {
        var file = ValidFile();
        for (var length = 0; length < file.Length; length++)
        {
            Assert.False(Accepts(file.AsSpan(0, length).ToArray()), $"cut to {length}");
        }

        Assert.True(Accepts(file));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_valid_file_with_flipped_bytes_never_ends_otherwise(int seed)
    {
        var random = new Random(seed);
        var valid = ValidFile();
        var header = (int)BinaryPrimitives.ReadUInt64LittleEndian(valid);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var file = (byte[])valid.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                file[random.Next(8 + header)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[]\":,0123456789-eE.\\u "[random.Next(24)]);
            }

            refused += Accepts(file) ? 0 : 1;
        }

        Assert.InRange(refused, 10_000, 20_000);
    }

    [Fact]
    public void Spliced_headers_never_end_otherwise()
    {
        string[] parts = ["{", "}", "[", "]", ":", ",", "\"a\"", "\"dtype\"", "\"F32\"", "\"U8\"", "\"shape\"", "\"data_offsets\"", "0", "1", "4", "-1", "1e9", "9223372036854775807", "99999999999999999999", "true", "null", "\"__metadata__\"", "\"\\ud800\"", " "];
        var random = new Random(4);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder("{");
            for (var i = random.Next(1, 25); i > 0; i--)
            {
                _ = text.Append(parts[random.Next(parts.Length)]);
            }

            var header = Encoding.UTF8.GetBytes(text.ToString());
            var file = new byte[8 + header.Length + random.Next(3)];
            BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
            header.CopyTo(file, 8);
            _ = Accepts(file);
        }
    }

    [Fact]
    public void Deep_nesting_and_huge_claims_cost_no_more_than_the_file()
    {
        string[] headers =
        [
            "{\"a\":" + new string('[', 100_000),
            "{\"a\":" + new string('{', 100_000),
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647],\"data_offsets\":[0,9223372036854775807]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + string.Join(',', Enumerable.Repeat("1", 50_000)) + "],\"data_offsets\":[0,4]}}",
        ];
        foreach (var text in headers)
        {
            var header = Encoding.UTF8.GetBytes(text);
            var file = new byte[8 + header.Length];
            BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
            header.CopyTo(file, 8);
            Assert.False(Accepts(file));
        }
    }

    private static bool Accepts(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var accepted = true;
        try
        {
            var document = SafetensorsDocument.Parse(file, "fuzz");
            Assert.InRange(document.Tensors.Sum(tensor => (long)tensor.Data.Length), 0, file.Length);
        }
        catch (SafetensorsFormatException)
        {
            accepted = false;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000 + (100L * file.Length));
        return accepted;
    }

    private static byte[] ValidFile()
    {
        var builder = new SafetensorsBuilder();
        builder.Metadata["algorithm"] = "ppo";
        builder.Add<float>("fc1.weight", [2, 3], [1, 2, 3, 4, 5, 6]);
        builder.Add<byte>("b", [3], [1, 2, 3]);
        builder.Add<long>("version", [], [1]);
        return builder.ToArray();
    }
}
