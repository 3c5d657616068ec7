using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MemoryRL.Programs.Tests;

/// <summary>One of the built programs, running as a process of its own, as its users run it.</summary>
internal sealed class ChildProgram : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentDictionary<Func<string, bool>, TaskCompletionSource<string>> _waits = new();

    private ChildProgram(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string> environment)
    {
        // Tests that a shell has put into the background inherit that interrupts are ignored, and so would the program that a test interrupts.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, data) => Take(data.Data, _output);
        _process.ErrorDataReceived += (_, data) => Take(data.Data, _errors);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Gets what it wrote so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Gets what it wrote about errors so far.</summary>
    public string Errors => string.Join('\n', _errors);

    public static ChildProgram StartCli(string folder, params string[] arguments) => StartCli(folder, new Dictionary<string, string>(), arguments);

    public static ChildProgram StartCli(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) => new("memoryrl.dll", arguments, folder, environment);

    public static ChildProgram StartSilo(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) => new("memoryrl-silo.dll", arguments, folder, environment);

    public static ChildProgram StartSample(string folder) => new("MemoryRL.Samples.Embedding.dll", [], folder, new Dictionary<string, string>());

    /// <summary>Waits for a line of output that was or will be written.</summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> predicate)
    {
        var wait = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waits[predicate] = wait;
        if (_output.FirstOrDefault(predicate) is { } line)
        {
            wait.TrySetResult(line);
        }

        var ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(wait.Task, ended).WaitAsync(Deadline) == ended && !wait.Task.IsCompleted)
        {
            throw new InvalidOperationException($"The program ended with exit code {_process.ExitCode} before the line came.\n{Output}\n{Errors}");
        }

        return await wait.Task;
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end.</summary>
    public Task<int> WaitForEndAsync() => WaitForEndAsync(Deadline);

    /// <summary>Waits for the end of much work.</summary>
    public async Task<int> WaitForEndAsync(TimeSpan deadline)
    {
        await _process.WaitForExitAsync().WaitAsync(deadline);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Take(string? line, ConcurrentQueue<string> lines)
    {
        if (line is null)
        {
            return;
        }

        lines.Enqueue(line);
        foreach (var (predicate, wait) in _waits)
        {
            if (lines == _output && predicate(line))
            {
                wait.TrySetResult(line);
            }
        }
    }
}
