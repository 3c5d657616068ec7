using System.Diagnostics;
using MemoryRL.Tests;

namespace MemoryRL.Datasets.Tests;

public sealed class MissingLibraryTests
{
    [Theory]
    [InlineData("/nowhere/libhdf5.so", "'/nowhere/libhdf5.so' of MEMORYRL_LIBHDF5 cannot be loaded")]
    [InlineData("libc.so.6", "'libc.so.6' is none")]
    public void Where_the_library_is_missing_the_reason_has_the_remedy(string library, string fault)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(DatasetsTestProgram).Assembly.Location, DatasetsTestProgram.TellReason])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { [Hdf5Library.PathVariable] = library },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Contains(fault, output, StringComparison.Ordinal);
        Assert.Contains("apt-get install libhdf5-103-1", output, StringComparison.Ordinal);
        Assert.Contains($"refused: {output.Split('\n')[0]}", output, StringComparison.Ordinal);
    }

    [Hdf5Fact]
    public void The_library_in_use_tells_its_version() => Assert.InRange(Hdf5Library.Version!, new Version(1, 10, 2), new Version(1, 14, 99));
}
