using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MemoryRL.Grains;

/// <summary>
/// The one gate out of the grains' scheduler: a thread of its own for one learner, which never leaves it (dispose scopes and grad modes are
/// thread-local). Grain code awaits the results and never waits for them in a turn.
/// </summary>
internal sealed class LearnerThread
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly LearnerThreadBudget _budget;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The learner's name, which the thread carries.</param>
    /// <param name="budget">The process-wide budget.</param>
    public LearnerThread(string name, LearnerThreadBudget budget)
    {
        _budget = budget;
        var thread = new Thread(RunAll) { Name = $"learner {name}", IsBackground = true };
        thread.Start();
    }

    /// <summary>Runs work on the thread, after what was given before.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="work">The work; it calls no grain and awaits nothing.</param>
    /// <returns>The result, or the error that the work threw.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The boundary of the thread: every error goes to whoever awaits the work.")]
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                completion.SetResult(_budget.Run(work));
            }
            catch (Exception fault)
            {
                completion.SetException(fault);
            }
        });
        return completion.Task;
    }

    /// <summary>Lets the thread end after the work given so far.</summary>
    /// <returns>Completes when the thread takes no more work.</returns>
    public Task EndAsync()
    {
        _work.CompleteAdding();
        return _ended.Task;
    }

    private void RunAll()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }

        _work.Dispose();
        _ended.SetResult();
    }
}
