using System.Diagnostics;
using System.Text.Json;
using MemoryRL.Tests;

namespace MemoryRL.Learning.Tests;

/// <summary>Asks one of the Python scripts beside the tests.</summary>
internal static class PythonScript
{
    public static T Ask<T>(string script, string question)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, question);
            using var process = Process.Start(new ProcessStartInfo(PythonFactAttribute.Interpreter, [Path.Combine(AppContext.BaseDirectory, "Python", script), file]) { UseShellExecute = false, RedirectStandardOutput = true })!;
            var answer = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return JsonSerializer.Deserialize<T>(answer)!;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
