using MemoryRL.Core;

namespace MemoryRL.Datasets.Tests;

/// <summary>Damages a small file in many ways, each given by its number, and reads what is left.</summary>
internal static class Damage
{
    /// <summary>Reads damaged copies of a file, writing a line for each before and after: the process may die in between.</summary>
    /// <returns>0 if every copy was read or refused with an error of ours.</returns>
    public static int ReadMany(string file, int first, int end)
    {
        var whole = File.ReadAllBytes(file);
        var expected = Read(file);
        var copy = $"{file}.damaged-{first}";
        for (var number = first; number < end; number++)
        {
            Console.WriteLine($"case {number}");
            File.WriteAllBytes(copy, Break(whole, number));
            Console.WriteLine($"{number}: {Try(copy, expected).ReplaceLineEndings(" ")}");
        }

        File.Delete(copy);
        return 0;
    }

    private static string Try(string copy, List<Guid> expected)
    {
        try
        {
            var ids = Read(copy);
            return ids.SequenceEqual(expected) ? "same" : $"other data of {ids.Count} episodes";
        }
        catch (DatasetFormatException error) when (error.File == copy)
        {
            return $"refused {error.Dataset}: {error.Fault}";
        }
        catch (Exception error)
        {
            return $"fault {error}";
        }
    }

    private static List<Guid> Read(string file)
    {
        using var reader = D4rlFile.Open(file);
        return [.. reader.ReadEpisodes().Select(episode => episode.Id)];
    }

    private static byte[] Break(byte[] whole, int number)
    {
        var random = new RandomStream((ulong)number);
        if (number % 8 == 0)
        {
            return whole[..random.NextInt32(whole.Length)];
        }

        var bytes = whole.ToArray();
        for (var flips = 1 + random.NextInt32(3); flips > 0; flips--)
        {
            // Half of the cases hit the first bytes, where the file says what it holds.
            var position = random.NextInt32(number % 2 == 0 ? bytes.Length : Math.Min(bytes.Length, 4096));
            bytes[position] = random.NextInt32(3) == 0 ? (byte)random.NextInt32(256) : (byte)(bytes[position] ^ (1 << random.NextInt32(8)));
        }

        return bytes;
    }
}
