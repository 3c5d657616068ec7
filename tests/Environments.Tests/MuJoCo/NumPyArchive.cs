using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace MemoryRL.Environments.Tests;

/// <summary>Reads float32 matrices from NumPy's npz files.</summary>
internal static partial class NumPyArchive
{
    public static float[][] ReadRows(string path, string name)
    {
        using var archive = ZipFile.OpenRead(path);
        using var stream = archive.GetEntry($"{name}.npy")!.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.ToArray();

        // "\x93NUMPY", two bytes of version, the header's length, the header, then the numbers row by row.
        var headerLength = BitConverter.ToUInt16(bytes, 8);
        var header = System.Text.Encoding.ASCII.GetString(bytes, 10, headerLength);
        Assert.Contains("'<f4'", header);
        Assert.Contains("'fortran_order': False", header);
        var shape = Shape().Match(header);
        var (rows, columns) = (int.Parse(shape.Groups[1].Value), int.Parse(shape.Groups[2].Value));
        var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + headerLength));
        var result = new float[rows][];
        for (var row = 0; row < rows; row++)
        {
            result[row] = values.Slice(row * columns, columns).ToArray();
        }

        return result;
    }

    [GeneratedRegex(@"\((\d+), (\d+)\)")]
    private static partial Regex Shape();
}
