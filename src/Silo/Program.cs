namespace MemoryRL.Silo;

/// <summary>The program <c>memoryrl-silo</c>.</summary>
internal static class Program
{
    /// <summary>Runs the silo until it is told to stop (SIGTERM, Ctrl-C).</summary>
    /// <param name="args">Configuration, such as <c>--Silo:Url=http://0.0.0.0:5080</c>.</param>
    /// <returns>0 after an orderly stop, 1 when something went wrong, 2 when the configuration is not allowed.</returns>
    public static Task<int> Main(string[] args) => SiloProgram.RunAsync(args, Console.Out, Console.Error);
}
