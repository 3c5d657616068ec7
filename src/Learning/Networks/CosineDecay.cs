namespace MemoryRL.Learning;

/// <summary>Half a cosine from a learning rate to 0, as optax' <c>cosine_decay_schedule</c>: a function of the count, so that a resumed learner has it too.</summary>
internal static class CosineDecay
{
    /// <summary>Computes the rate of an update.</summary>
    /// <param name="first">The rate of the first update.</param>
    /// <param name="update">How many updates went before.</param>
    /// <param name="count">How many there are; the rate after the last is 0.</param>
    /// <returns><c>first (1 + cos(pi update / count)) / 2</c>.</returns>
    public static double Rate(double first, long update, long count) => first * (1 + Math.Cos(Math.PI * update / count)) / 2;
}
