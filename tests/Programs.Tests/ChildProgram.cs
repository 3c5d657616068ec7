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
    private readonly ConcurrentDictionary<AwaitedLine, byte> _awaited = new();
    private readonly Task _ended;

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

        _process = new Process { StartInfo = start };
        _process.Start();
        _ended = Task.WhenAll(ReadAsync(_process.StandardOutput, Take), ReadAsync(_process.StandardError, _errors.Enqueue), _process.WaitForExitAsync());
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
    public Task<string> WaitForLineAsync(Func<string, bool> predicate) => ActAtLineAsync(predicate, () => { });

    /// <summary>Sends a signal as soon as a line of output is read, by the thread that reads it: the program goes on meanwhile, and may end before a task that awaits the line has a thread.</summary>
    public Task<string> SignalAtLineAsync(Func<string, bool> predicate, string name) => ActAtLineAsync(predicate, () => Signal(name));

    /// <summary>Kills it as soon as a line of output is read, in the same way.</summary>
    public Task<string> KillAtLineAsync(Func<string, bool> predicate) => ActAtLineAsync(predicate, Kill);

    /// <summary>Ends it as a failing machine would, before the call returns: the signal is sent by this very thread, with no program between.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Sends a signal that the program may answer.</summary>
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
        await _ended.WaitAsync(deadline);
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

    // Threads of their own: those of the pool are shared with tests that block them.
    private static Task ReadAsync(StreamReader reader, Action<string> take) => Task.Factory.StartNew(
        () =>
        {
            while (reader.ReadLine() is { } line)
            {
                take(line);
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private async Task<string> ActAtLineAsync(Func<string, bool> predicate, Action action)
    {
        var awaited = new AwaitedLine(predicate, action);
        _awaited[awaited] = 0;
        foreach (var line in _output)
        {
            awaited.Offer(line);
        }

        if (await Task.WhenAny(awaited.Line, _ended).WaitAsync(Deadline) == _ended && !awaited.Line.IsCompleted)
        {
            throw new InvalidOperationException($"The program ended with exit code {_process.ExitCode} before the line came.\n{Output}\n{Errors}");
        }

        return await awaited.Line;
    }

    private void Take(string line)
    {
        _output.Enqueue(line);
        foreach (var awaited in _awaited.Keys)
        {
            awaited.Offer(line);
        }
    }

    /// <summary>A line that somebody waits for, and what is done at its first coming.</summary>
    private sealed class AwaitedLine(Func<string, bool> predicate, Action action)
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _came;

        public Task<string> Line => _line.Task;

        public void Offer(string line)
        {
            if (predicate(line) && Interlocked.Exchange(ref _came, 1) == 0)
            {
                action();
                _line.SetResult(line);
            }
        }
    }
}
