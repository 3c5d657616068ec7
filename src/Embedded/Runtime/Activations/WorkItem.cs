namespace MemoryRL.Embedded.Runtime;

/// <summary>Something that an activation does in one go: start a request, go on after an await, change its state.</summary>
internal abstract class WorkItem
{
    /// <summary>The item behind this one, in whichever list holds it.</summary>
    internal WorkItem? Next;

    /// <summary>Does it, as a turn of the activation.</summary>
    internal abstract void Run(Activation activation);
}

/// <summary>Goes on after an await.</summary>
internal sealed class TaskTurn(Task task) : WorkItem
{
    internal override void Run(Activation activation) => activation.Turns.RunTask(task);
}

/// <summary>Does something short with the activation itself.</summary>
internal sealed class ActionTurn(Action<Activation> action) : WorkItem
{
    internal override void Run(Activation activation) => action(activation);
}
