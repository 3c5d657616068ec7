using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Finds the failure steps whose (observation, action) pair is among the success steps too: they count as success.</summary>
/// <remarks>
/// Algorithms.md 3.2 [I] asks for pairs present in both memories. A learner sees what it was fed, so it compares the success steps and the
/// failure steps of one feeding, byte for byte (our reading); in continuous spaces practically no pair is shared.
/// </remarks>
internal static class SharedPairs
{
    /// <summary>Labels failure steps.</summary>
    /// <param name="success">Steps of successful trajectories.</param>
    /// <param name="failure">Steps of failed trajectories.</param>
    /// <returns><c>y</c> for each failure step: 1 where its pair is among the successes, else 0.</returns>
    public static float[] Label(TransitionBatch success, TransitionBatch failure)
    {
        // A success step is known by its row, a failure step by the complement of its row, so that one set can hold either.
        var pairs = new HashSet<int>(new PairComparer(success, failure));
        for (var row = 0; row < success.Count; row++)
        {
            _ = pairs.Add(row);
        }

        var labels = new float[failure.Count];
        for (var row = 0; row < labels.Length; row++)
        {
            labels[row] = pairs.Contains(~row) ? 1 : 0;
        }

        return labels;
    }

    private sealed class PairComparer(TransitionBatch success, TransitionBatch failure) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => Observation(x).SequenceEqual(Observation(y)) && Action(x).SequenceEqual(Action(y));

        public int GetHashCode(int row)
        {
            var hash = default(HashCode);
            hash.AddBytes(Observation(row));
            hash.AddBytes(Action(row));
            return hash.ToHashCode();
        }

        private ReadOnlySpan<byte> Observation(int row)
        {
            var width = success.Spec.Observation.ByteCount;
            return row >= 0 ? success.Observations.Slice(row * width, width) : failure.Observations.Slice(~row * width, width);
        }

        private ReadOnlySpan<byte> Action(int row)
        {
            var width = success.Spec.Action.ByteCount;
            return row >= 0 ? success.Actions.Slice(row * width, width) : failure.Actions.Slice(~row * width, width);
        }
    }
}
