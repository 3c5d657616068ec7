using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MemoryRL.Benchmarks.Load;

/// <summary>Prints measurements as the Markdown table of docs/PERFORMANCE.md.</summary>
internal static class MeasurementTable
{
    /// <summary>Prints what the machine is, so that nobody compares figures of two.</summary>
    /// <param name="output">Where to print.</param>
    public static void PrintMachine(TextWriter output)
    {
        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        output.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores, {width}-bit vectors.");
    }

    /// <summary>Prints the table's head.</summary>
    /// <param name="output">Where to print.</param>
    public static void PrintHead(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("| work | unit | median | least to most of the rounds | at least | aim | |");
        output.WriteLine("|---|---|---|---|---|---|---|");
    }

    /// <summary>Prints one row.</summary>
    /// <param name="output">Where to print.</param>
    /// <param name="row">The measurement.</param>
    public static void PrintRow(TextWriter output, Measurement row) =>
        output.WriteLine($"| {row.Work} | {row.Unit} | {row.Median:0.##} | {row.Rounds.Min():0.##} to {row.Rounds.Max():0.##} | {row.AtLeast:0.##} | {row.Aim:0.##} | {row.Verdict} |");
}
