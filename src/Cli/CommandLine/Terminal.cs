using Spectre.Console;

namespace MemoryRL.Cli;

/// <summary>Where the program writes: its two outputs, and what the reader at the other end can show.</summary>
/// <param name="Out">The output of results.</param>
/// <param name="Error">The output of errors.</param>
/// <param name="IsInteractive">Whether the output is a terminal, whose lines may be drawn anew.</param>
/// <param name="UsesColor">Whether the output shows colours.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsInteractive, bool UsesColor)
{
    /// <summary>Gets the drawing surface over <see cref="Out"/>.</summary>
    public IAnsiConsole Console => field ??= AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Out),
        Ansi = IsInteractive ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = UsesColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = IsInteractive ? InteractionSupport.Detect : InteractionSupport.No,
    });

    /// <summary>Gets the terminal of this process. <c>NO_COLOR</c> (https://no-color.org) turns colours off.</summary>
    /// <returns>The terminal.</returns>
    public static Terminal OfProcess()
    {
        var isInteractive = !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new Terminal(System.Console.Out, System.Console.Error, isInteractive, isInteractive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
    }

    /// <summary>Writes one line of result.</summary>
    /// <param name="line">The line.</param>
    public void WriteLine(string line = "") => Out.WriteLine(line);

    /// <summary>Writes what went wrong at length, for those who asked for it.</summary>
    /// <param name="error">What went wrong.</param>
    public void WriteTrace(Exception error) => Error.WriteLine(error);

    /// <summary>Writes one line about what went wrong, in red where colours are shown.</summary>
    /// <param name="message">The line.</param>
    public void WriteError(string message)
    {
        var line = $"memoryrl: {message.ReplaceLineEndings(" ")}";
        var inColor = UsesColor && !System.Console.IsErrorRedirected;
        Error.WriteLine(inColor ? $"\e[31m{line}\e[0m" : line);
    }
}
