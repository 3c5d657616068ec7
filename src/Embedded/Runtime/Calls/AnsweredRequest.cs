namespace MemoryRL.Embedded.Runtime;

/// <summary>A request that carries its answer: a call, not a tick of a timer.</summary>
internal abstract class AnsweredRequest : Request
{
    /// <summary>Gets or sets what the filters see as the answer; null while there is none.</summary>
    internal abstract object? BoxedResult { get; set; }

    /// <summary>Calls the grain behind the filters, and keeps the answer.</summary>
    internal abstract Task CallKeepingAsync(object grain);

    /// <summary>Tells the caller the answer that was kept.</summary>
    internal abstract void TellAnswer();
}
