using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>PyTorch in a process of its own, which does the same work on request (benchmarks/peers/tensors.py).</summary>
internal sealed class TorchPeer : IAsyncDisposable
{
    private const string Script = "tensors.py";

    private readonly Process _process;
    private readonly string _folder;
    private readonly TimeSpan _limit;
    private string? _lastError;

    private TorchPeer(Process process, string folder, TimeSpan limit)
    {
        _process = process;
        _folder = folder;
        _limit = limit;
        process.ErrorDataReceived += (_, data) => _lastError = string.IsNullOrWhiteSpace(data.Data) ? _lastError : data.Data.Trim();
        process.BeginErrorReadLine();
    }

    /// <summary>Gets the last line on its error output, or null: where Python says why it ended.</summary>
    public string? LastError => Volatile.Read(ref _lastError);

    /// <summary>Starts PyTorch.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="threads">Threads that one operation may use.</param>
    /// <param name="limit">How long one answer may take.</param>
    /// <returns>The peer, or null when there is no such program. Whether it has PyTorch shows when it is asked.</returns>
    public static TorchPeer? Start(string python, int threads, TimeSpan limit)
    {
        var folder = Directory.CreateTempSubdirectory("memoryrl-peer-").FullName;
        var path = Path.Combine(folder, Script);
        using (var source = typeof(TorchPeer).Assembly.GetManifestResourceStream(Script)!)
        using (var target = File.Create(path))
        {
            source.CopyTo(target);
        }

        var start = new ProcessStartInfo(python, [path, threads.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            process.Dispose();
            Directory.Delete(folder, recursive: true);
            return null;
        }

        return new TorchPeer(process, folder, limit);
    }

    /// <summary>Asks what runs there.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What it said, or null when it ended: it lacks PyTorch or NumPy, and <see cref="LastError"/> says which.</returns>
    /// <exception cref="InvalidDataException">It answered something else: it isn't Python.</exception>
    public async Task<TorchIdentity?> HelloAsync(CancellationToken cancellationToken) =>
        await AskAsync("""{"do":"hello"}""", cancellationToken) is { } line ? TorchAnswer.Identity(line) : null;

    /// <summary>Asks for the losses of first steps from the formula's weights.</summary>
    /// <param name="work">The work.</param>
    /// <param name="steps">How many.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The losses.</returns>
    /// <exception cref="InvalidOperationException">It ended instead of answering.</exception>
    public async Task<IReadOnlyList<double>> CheckAsync(string work, int steps, CancellationToken cancellationToken)
    {
        var line = await RequireAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"do":"check","work":"{{work}}","steps":{{steps}}}"""), cancellationToken);
        return TorchAnswer.Values(line, steps);
    }

    /// <summary>Has it do some steps.</summary>
    /// <param name="work">The work.</param>
    /// <param name="steps">How many.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Seconds for all of them.</returns>
    /// <exception cref="InvalidOperationException">It ended instead of answering.</exception>
    public async Task<double> TimeAsync(string work, int steps, CancellationToken cancellationToken)
    {
        var line = await RequireAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"do":"time","work":"{{work}}","steps":{{steps}}}"""), cancellationToken);
        return TorchAnswer.Seconds(line);
    }

    /// <summary>Ends it.</summary>
    /// <returns>Completes when it is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> RequireAsync(string request, CancellationToken cancellationToken) =>
        await AskAsync(request, cancellationToken) ?? throw new InvalidOperationException($"PyTorch's process ended at the request {request}: {LastError ?? "it didn't say why"}.");

    private async Task<string?> AskAsync(string request, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(_limit);
        try
        {
            try
            {
                await _process.StandardInput.WriteLineAsync(request.AsMemory(), timer.Token);
                await _process.StandardInput.FlushAsync(timer.Token);
            }
            catch (IOException)
            {
                // It has closed its input: it is ending, and may have said something before.
            }

            var line = await _process.StandardOutput.ReadLineAsync(timer.Token);
            if (line is null)
            {
                // Its last words are read by then.
                await _process.WaitForExitAsync(timer.Token);
            }

            return line;
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"PyTorch's process didn't answer {request} within {_limit.TotalSeconds:0} s.", error);
        }
    }
}
