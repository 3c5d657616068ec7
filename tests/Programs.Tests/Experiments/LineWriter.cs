namespace MemoryRL.Programs.Tests;

/// <summary>Output whose lines can be waited for.</summary>
internal sealed class LineWriter : StringWriter
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Text, TaskCompletionSource Wait)> _waits = [];

    public override void WriteLine(string? value)
    {
        lock (_gate)
        {
            base.WriteLine(value);
            _lines.Add(value!);
            foreach (var (text, wait) in _waits.Where(wait => value!.Contains(wait.Text, StringComparison.Ordinal)))
            {
                _ = wait.TrySetResult();
            }
        }
    }

    /// <summary>Waits for a line, written or to be written, that holds a text.</summary>
    public Task WaitAsync(string text)
    {
        var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waits.Add((text, wait));
            if (_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
            {
                wait.SetResult();
            }
        }

        return wait.Task.WaitAsync(Deadline);
    }
}
