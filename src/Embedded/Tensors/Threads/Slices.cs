namespace TorchSharp;

/// <summary>Work on rows (or elements) that don't depend on each other.</summary>
internal interface ISliceWork
{
    /// <summary>Does the rows from one to before another.</summary>
    void Run(int from, int to);
}

/// <summary>Shares out the rows of an operation over the <see cref="WorkerPool"/>. Every row is done whole by one thread, so that results don't depend on their number.</summary>
internal static unsafe class Slices
{
    /// <summary>Does all rows.</summary>
    /// <param name="count">How many rows.</param>
    /// <param name="least">Rows that are worth another thread: some 10 microseconds' work.</param>
    /// <param name="work">Does a run of rows; it must not throw.</param>
    internal static void Run<TWork>(int count, int least, TWork work)
        where TWork : unmanaged, ISliceWork
    {
        var parts = Math.Min(WorkerPool.Threads, count / Math.Max(least, 1));
        if (parts <= 1)
        {
            work.Run(0, count);
            return;
        }

        var shared = new Shared<TWork>(work, count, parts);
        WorkerPool.Run(parts, Parts<TWork>.Work, &shared);
    }

    private readonly record struct Shared<TWork>(TWork Work, int Count, int Parts)
        where TWork : unmanaged, ISliceWork;

    private static class Parts<TWork>
        where TWork : unmanaged, ISliceWork
    {
        internal static readonly WorkPart Work = Run;

        private static void Run(void* state, int part)
        {
            var (work, count, parts) = *(Shared<TWork>*)state;
            work.Run((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));
        }
    }
}
