namespace MemoryRL.Client;

/// <summary>Where a collection's pieces go.</summary>
public interface ICollectionSink
{
    /// <summary>Takes a piece; called by one thread, in the order of the pieces' numbers.</summary>
    /// <param name="piece">The piece.</param>
    void Write(CollectedPiece piece);
}
