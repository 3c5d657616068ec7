using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>Where a collection goes on.</summary>
/// <param name="Phase">The phase's number.</param>
/// <param name="Piece">The phase's next piece.</param>
/// <param name="Steps">The steps collected before.</param>
internal readonly record struct CollectionPosition(int Phase, long Piece, long Steps)
{
    /// <summary>Works out the position after the parts that there are.</summary>
    /// <param name="parts">The parts in order.</param>
    /// <param name="phases">The collection's phases.</param>
    /// <param name="folder">The folder, for the error.</param>
    /// <returns>The position.</returns>
    /// <exception cref="InvalidExperienceException">A part is missing or one too many; the message names the first that does not follow.</exception>
    public static CollectionPosition After(IReadOnlyList<CollectionPart> parts, IReadOnlyList<CollectionPhase> phases, string folder)
    {
        var position = default(CollectionPosition).Skip(phases);
        foreach (var part in parts)
        {
            if (part.Phase != position.Phase || part.FirstPiece != position.Piece || part.NextPiece <= part.FirstPiece)
            {
                throw new InvalidExperienceException(
                    "collection.part", $"phase {position.Phase} to go on with piece {position.Piece} in '{folder}'", $"{part.FileName}; delete the folder to begin anew");
            }

            position = position.Add(part.NextPiece, part.Steps, phases);
        }

        return position;
    }

    /// <summary>Moves on over pieces of the phase, and to the next phase where that one is full.</summary>
    /// <param name="nextPiece">The piece after the last.</param>
    /// <param name="steps">The pieces' steps.</param>
    /// <param name="phases">The collection's phases.</param>
    /// <returns>The position after them.</returns>
    public CollectionPosition Add(long nextPiece, long steps, IReadOnlyList<CollectionPhase> phases) => (this with { Piece = nextPiece, Steps = Steps + steps }).Skip(phases);

    private CollectionPosition Skip(IReadOnlyList<CollectionPhase> phases)
    {
        var position = this;
        while (position.Phase < phases.Count && position.Steps >= phases[position.Phase].EndStep)
        {
            position = new CollectionPosition(position.Phase + 1, 0, position.Steps);
        }

        return position;
    }
}
