using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>Plays the pieces of a source over threads of its own and writes them in the order of their numbers, in bounded memory.</summary>
/// <remarks>What is written does not depend on the number of threads.</remarks>
public static class Collector
{
    // How many pieces for each one at work may wait for a slower one before them.
    private const int WindowFactor = 4;

    /// <summary>Collects on the calling thread, which writes, and on others, which play.</summary>
    /// <param name="source">What is played.</param>
    /// <param name="sink">Where the pieces go.</param>
    /// <param name="options">How many steps, from which piece, over how many threads.</param>
    /// <param name="cancellationToken">Ends the collection between two pieces.</param>
    /// <returns>The number of steps that were written.</returns>
    /// <exception cref="InvalidExperienceException">An option is not allowed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; what was written stays written.</exception>
    public static long Run(IPieceSource source, ICollectionSink sink, CollectorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var queue = new PieceQueue(options.FirstPiece, options.Steps, checked(options.ThreadCount * source.PiecesPerWorker * WindowFactor));
        var threads = Start(source, queue, options.ThreadCount);
        try
        {
            return Write(queue, sink, options, cancellationToken);
        }
        finally
        {
            queue.Close();
            foreach (var thread in threads)
            {
                thread.Join();
            }
        }
    }

    private static long Write(PieceQueue queue, ICollectionSink sink, CollectorOptions options, CancellationToken cancellationToken)
    {
        var steps = 0L;
        while (steps < options.Steps)
        {
            var piece = queue.Read(cancellationToken);
            piece = piece with { Episodes = Cut(piece.Episodes, (options.MaxSteps ?? options.Steps) - steps) };
            foreach (var episode in piece.Episodes)
            {
                steps += episode.Length;
            }

            sink.Write(piece);
        }

        return steps;
    }

    private static ImmutableArray<Episode> Cut(ImmutableArray<Episode> episodes, long stepsLeft)
    {
        for (var i = 0; i < episodes.Length; i++)
        {
            if (episodes[i].Length >= stepsLeft)
            {
                return [.. episodes[..i], EpisodeCut.First(episodes[i], (int)stepsLeft)];
            }

            stepsLeft -= episodes[i].Length;
        }

        return episodes;
    }

    private static Thread[] Start(IPieceSource source, PieceQueue queue, int count)
    {
        var threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            threads[i] = new Thread(() => Work(source, queue)) { IsBackground = true, Name = $"collector {i + 1}" };
            threads[i].Start();
        }

        return threads;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The reader of the queue throws it.")]
    private static void Work(IPieceSource source, PieceQueue queue)
    {
        try
        {
            using var worker = source.CreateWorker();
            worker.Work(queue);
        }
        catch (Exception error)
        {
            queue.Fail(error);
        }
    }
}
