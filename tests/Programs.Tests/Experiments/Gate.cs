using System.Diagnostics;

namespace MemoryRL.Programs.Tests;

/// <summary>A named pipe at which a script waits: <c>read -r go &lt; gate</c>.</summary>
internal sealed class Gate
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _path;

    public Gate(string path)
    {
        _path = path;
        Run("mkfifo \"$0\"");
    }

    /// <summary>Lets one script go on, once it waits.</summary>
    public void Open() => Run("echo go > \"$0\"");

    private void Run(string command)
    {
        using var shell = Process.Start("sh", ["-c", command, _path]);
        Assert.True(shell.WaitForExit(Deadline), command);
        Assert.Equal(0, shell.ExitCode);
    }
}
