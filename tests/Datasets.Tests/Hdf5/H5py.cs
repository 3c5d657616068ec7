using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using MemoryRL.Tests;

namespace MemoryRL.Datasets.Tests;

/// <summary>h5py in a process of its own: whatever it says of a file was not said by us.</summary>
internal static class H5py
{
    public static void Write(string path, string variant) => Run("write", path, variant);

    public static JsonObject Read(string path) => JsonNode.Parse(Run("read", path))!.AsObject();

    /// <summary>Describes an array as <c>hdf5_files.py</c> does.</summary>
    public static string Describe(string type, ReadOnlySpan<byte> bytes, string? compression, params int[] shape) => JsonSerializer.Serialize(
        new { dtype = type, shape, compression, sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) });

    private static string Run(params string[] arguments)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Hdf5", "hdf5_files.py");
        var start = new ProcessStartInfo(PythonFactAttribute.Interpreter, [script, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }
}
