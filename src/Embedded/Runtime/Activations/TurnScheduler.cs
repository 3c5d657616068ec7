using System.Diagnostics.CodeAnalysis;

namespace MemoryRL.Embedded.Runtime;

/// <summary>
/// Runs an activation's turns one at a time, on the thread pool. Anyone may post; the first to post to an idle activation puts it on the pool,
/// where one drain runs a batch of items. The drain is itself a task of this scheduler, so that <see cref="TaskScheduler.Current"/> is right in
/// every turn, and awaits, <c>Task.Yield</c> and <c>ContinueWith</c> come back here.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The scheduler owns no task: a drain ends by itself.")]
internal sealed class TurnScheduler(Activation activation) : TaskScheduler, IThreadPoolWorkItem
{
    // After so many items the activation goes to the end of the pool's queue, for the sake of the others.
    private const int BatchLimit = 256;

    private static readonly WorkItem Idle = new ActionTurn(_ => { });
    private static readonly Func<object?, AnsweredRequest?> DrainFunction = state => ((TurnScheduler)state!).Drain();
    private static ExecutionContext? s_clean;

    // A stack, the newest on top; Idle when it is empty and no drain runs or is due.
    private WorkItem? _inbox = Idle;

    // What a drain has taken from the stack, the oldest first.
    private WorkItem? _ready;
    private Task? _drain;

    // Answered in the turn before, and not told yet. Told inside a turn, its caller goes on by another trip through the pool; told behind the
    // last turn, where no turn can be held up any more, it goes on at once.
    private AnsweredRequest? _answer;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>The newest item in the inbox, and the oldest taken; for the timeout sweep, which may see either just too late.</summary>
    internal WorkItem? Inbox => Volatile.Read(ref _inbox);

    internal WorkItem? Ready => Volatile.Read(ref _ready);

    internal Activation Owner => activation;

    internal bool IsCurrent => Current == this;

    void IThreadPoolWorkItem.Execute()
    {
        // The pool runs this in the default execution context; every turn starts from it.
        s_clean ??= ExecutionContext.Capture();
        var drain = new Task<AnsweredRequest?>(DrainFunction, this);
        _drain = drain;
        drain.Start(this);

        // Known again once it was queued, and forgotten: its result is a request, whose arguments would live as long as the activation.
        _drain = null;
        TryExecuteTask(drain);
        drain.GetAwaiter().GetResult()?.TellAnswer();
    }

    /// <summary>Leaves whatever context the code before has set.</summary>
    internal static void EnterCleanContext() => ExecutionContext.Restore(s_clean!);

    internal void Post(WorkItem item)
    {
        var head = Volatile.Read(ref _inbox);
        while (true)
        {
            item.Next = ReferenceEquals(head, Idle) ? null : head;
            var seen = Interlocked.CompareExchange(ref _inbox, item, head);
            if (ReferenceEquals(seen, head))
            {
                break;
            }

            head = seen;
        }

        if (ReferenceEquals(head, Idle))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    /// <summary>Has a request's answer told when the turn is over, before any other code of the grain runs.</summary>
    internal void TellAfterTurn(AnsweredRequest request) => _answer = request;

    /// <summary>Tells the answer of the turn before, because a turn follows.</summary>
    internal void TellAnswer()
    {
        if (_answer is { } answer)
        {
            _answer = null;
            answer.TellAnswer();
        }
    }

    internal void RunTask(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task)
    {
        if (!ReferenceEquals(task, _drain))
        {
            Post(new TaskTurn(task));
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => !taskWasPreviouslyQueued && IsCurrent && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    // Returns the answer that is still to be told. Once the inbox says idle, the next drain may run beside the end of this one.
    private AnsweredRequest? Drain()
    {
        var left = BatchLimit;
        while (left > 0)
        {
            var item = Take();
            if (item is null)
            {
                var answer = _answer;
                _answer = null;
                if (ReferenceEquals(Interlocked.CompareExchange(ref _inbox, Idle, null), null))
                {
                    return answer;
                }

                _answer = answer;
                continue;
            }

            left--;
            TellAnswer();
            try
            {
                item.Run(activation);
                activation.AfterTurn();
            }
            catch (Exception exception)
            {
                // No grain's code ends here: it is a fault of the host, which must not cost the grain its later turns.
                HostLog.TurnFailed(activation.Host.Logger, exception, activation.GrainId);
            }
        }

        TellAnswer();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return null;
    }

    private WorkItem? Take()
    {
        var item = _ready;
        if (item is null)
        {
            if (Volatile.Read(ref _inbox) is null)
            {
                return null;
            }

            var stack = Interlocked.Exchange(ref _inbox, null);
            while (stack is not null)
            {
                var below = stack.Next;
                stack.Next = item;
                item = stack;
                stack = below;
            }
        }

        _ready = item!.Next;
        item.Next = null;
        return item;
    }
}
