using System.Collections.Immutable;

namespace MemoryRL.Cli;

/// <summary>The program that trains a suite's cells: this one, started again.</summary>
/// <param name="FileName">The file to start.</param>
/// <param name="Arguments">What stands before every command's own arguments.</param>
internal sealed record SuiteProgram(string FileName, ImmutableArray<string> Arguments)
{
    /// <summary>Gets the program that runs here.</summary>
    /// <exception cref="InvalidOperationException">The system does not say which program this is.</exception>
    public static SuiteProgram OfThisProcess
    {
        get
        {
            var path = Environment.ProcessPath ?? throw new InvalidOperationException("Expected the system to say which program this process runs.");

            // `dotnet memoryrl.dll`: the process is the framework's, and the program its first argument.
            return Path.GetFileNameWithoutExtension(path).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
                ? new SuiteProgram(path, [Path.Combine(AppContext.BaseDirectory, typeof(SuiteProgram).Assembly.GetName().Name + ".dll")])
                : new SuiteProgram(path, []);
        }
    }
}
