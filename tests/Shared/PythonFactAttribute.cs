using System.ComponentModel;
using System.Diagnostics;

namespace MemoryRL.Tests;

/// <summary>A test that needs a Python module of the system's interpreter; skipped, with the remedy as the reason, where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public const string Interpreter = "/usr/bin/python3";

    /// <summary>Looks for the module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="remedy">How to get it.</param>
    public PythonFactAttribute(string module, string remedy)
    {
        if (!Has(module))
        {
            Skip = $"{Interpreter} has no {module}: {remedy}";
        }
    }

    private static bool Has(string module)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Interpreter, ["-c", $"import {module}"]) { UseShellExecute = false, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
