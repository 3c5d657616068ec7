using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>
/// Hands out piece numbers to the workers and gives the finished pieces to one reader in the order of their numbers. Bounded: no worker gets
/// further ahead of the reader than a window of pieces. Safe for many threads.
/// </summary>
/// <remarks>
/// Pieces are handed out in order, so all steps that were taken so far belong to pieces with smaller numbers than the next one; once there are
/// enough of them, nobody needs another piece, and none is handed out.
/// </remarks>
public sealed class PieceQueue
{
    private readonly object _gate = new();
    private readonly CollectedPiece?[] _window;
    private readonly long _steps;
    private long _next;
    private long _read;
    private long _stepsTaken;
    private bool _isClosed;
    private ExceptionDispatchInfo? _error;

    /// <summary>Initializes a queue.</summary>
    /// <param name="firstPiece">The number of the first piece.</param>
    /// <param name="steps">How many steps the reader wants, at least 1.</param>
    /// <param name="window">How many pieces may be begun and not read, at least 1.</param>
    internal PieceQueue(long firstPiece, long steps, int window)
    {
        _next = _read = firstPiece;
        _steps = steps;
        _window = new CollectedPiece?[window];
    }

    /// <summary>Gets whether the reader wants nothing more, so that pieces at work may be dropped.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    private bool HasEnough => Interlocked.Read(ref _stepsTaken) >= _steps;

    /// <summary>Takes the next piece's number if one may be begun now.</summary>
    /// <param name="number">The number.</param>
    /// <returns>Whether there was one; if not, there may be one later.</returns>
    public bool TryTake(out long number)
    {
        lock (_gate)
        {
            return TryTakeHere(out number);
        }
    }

    /// <summary>Takes the next piece's number, waiting until one may be begun.</summary>
    /// <param name="number">The number.</param>
    /// <returns>Whether there was one; if not, there will be none.</returns>
    public bool WaitAndTake(out long number)
    {
        lock (_gate)
        {
            while (!TryTakeHere(out number))
            {
                if (_isClosed || HasEnough)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            return true;
        }
    }

    /// <summary>Counts steps of pieces that were taken from this queue; workers call it as they go.</summary>
    /// <param name="steps">The steps since the last call.</param>
    public void CountSteps(int steps) => Interlocked.Add(ref _stepsTaken, steps);

    /// <summary>Hands in a finished piece.</summary>
    /// <param name="number">The number, taken from this queue.</param>
    /// <param name="episodes">Its episodes.</param>
    public void Finish(long number, ImmutableArray<Episode> episodes)
    {
        lock (_gate)
        {
            _window[number % _window.Length] = new CollectedPiece(number, episodes);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for the next piece in order.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The piece.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal CollectedPiece Read(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(Wake);
        lock (_gate)
        {
            while (true)
            {
                _error?.Throw();
                cancellationToken.ThrowIfCancellationRequested();
                var slot = _read % _window.Length;
                if (_window[slot] is { } piece)
                {
                    _window[slot] = null;
                    _read++;
                    Monitor.PulseAll(_gate);
                    return piece;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Says that nothing more is wanted.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Gives a worker's error to the reader.</summary>
    /// <param name="error">The error.</param>
    internal void Fail(Exception error)
    {
        lock (_gate)
        {
            _error ??= ExceptionDispatchInfo.Capture(error);
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryTakeHere(out long number)
    {
        number = _next;
        if (_isClosed || HasEnough || _next - _read >= _window.Length)
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
