namespace MemoryRL.Embedded.Runtime;

/// <summary>Who takes the requests to one grain: its activation, or the workers that share its identity.</summary>
internal abstract class CallTarget
{
    /// <summary>Gets a value indicating whether requests must go to another target now.</summary>
    internal abstract bool IsGone { get; }

    /// <summary>Takes a request; answered later, on the target's turns.</summary>
    internal abstract void Post(Request request);

    /// <summary>Adds every activation behind the target.</summary>
    internal abstract void AddActivations(List<Activation> activations);
}
