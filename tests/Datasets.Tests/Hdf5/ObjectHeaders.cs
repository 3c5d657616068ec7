namespace MemoryRL.Datasets.Tests;

/// <summary>What the headers of an HDF5 file's groups and datasets say, by the file format specification, version 3.0, IV.A.1.b.</summary>
internal static class ObjectHeaders
{
    private const int HasTimes = 0x20;

    /// <summary>Checks that no object has its times in its header: a file with them is another one each second.</summary>
    public static void AssertTimeless(string path)
    {
        var file = File.ReadAllBytes(path);
        var (headers, offset) = (0, file.AsSpan().IndexOf("OHDR\u0002"u8));
        while (offset >= 0)
        {
            headers++;
            Assert.Equal(0, file[offset + 5] & HasTimes);
            var next = file.AsSpan(offset + 1).IndexOf("OHDR\u0002"u8);
            offset = next < 0 ? next : offset + 1 + next;
        }

        // The root and at least one dataset in it.
        Assert.True(headers >= 2);
    }
}
