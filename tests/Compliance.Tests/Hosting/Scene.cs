using System.Collections.Concurrent;

namespace MemoryRL.Compliance.Tests;

/// <summary>What a test and the grains it calls share, outside of any call: named gates, counts and a log. Both hosts run in the test's process.</summary>
public static class Scene
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Gates = new();
    private static readonly ConcurrentDictionary<string, int> Counts = new();
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Logs = new();

    // No test should ever come near it; it turns a hang into a failure.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    public static string NewKey(string name) => $"{name}-{Guid.NewGuid():N}";

    public static void Open(string gate) => Gate(gate).TrySetResult();

    public static Task WaitFor(string gate) => Gate(gate).Task.WaitAsync(Patience);

    public static Task WaitFor(string gate, CancellationToken cancellationToken) => Gate(gate).Task.WaitAsync(Patience, cancellationToken);

    public static int Count(string name) => Counts.GetValueOrDefault(name);

    public static int Increment(string name) => Counts.AddOrUpdate(name, 1, (_, count) => count + 1);

    public static int Decrement(string name) => Counts.AddOrUpdate(name, -1, (_, count) => count - 1);

    public static void Log(string name, string entry) => Logs.GetOrAdd(name, _ => new ConcurrentQueue<string>()).Enqueue(entry);

    public static string[] ReadLog(string name) => Logs.TryGetValue(name, out var log) ? [.. log] : [];

    private static TaskCompletionSource Gate(string gate) => Gates.GetOrAdd(gate, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
