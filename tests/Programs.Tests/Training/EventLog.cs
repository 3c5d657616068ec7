using System.Diagnostics;
using System.Text.Json;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

/// <summary>One event of a TensorBoard file, as the script beside the tests reads it.</summary>
internal sealed record LoggedEvent(long Step, string? Version, bool Restarts, double WallTime, Dictionary<string, float> Scalars);

/// <summary>TensorBoard files, read by somebody else than who wrote them.</summary>
internal static class EventLog
{
    public static LoggedEvent[] Read(string path)
    {
        var start = new ProcessStartInfo(PythonFactAttribute.Interpreter, [Path.Combine(AppContext.BaseDirectory, "Python", "read_events.py"), path]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<LoggedEvent[]>(answer)! : throw new InvalidDataException(errors.Result);
    }
}
