using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>A piece of tensor work that can be timed, and checked against another engine's from the same numbers.</summary>
/// <param name="key">Its short name, the same on both sides.</param>
/// <param name="title">What it is, for people.</param>
public abstract class TensorWorkload(string key, string title) : IDisposable
{
    /// <summary>Gets the short name.</summary>
    public string Key { get; } = key;

    /// <summary>Gets what it is.</summary>
    public string Title { get; } = title;

    /// <summary>Gets the floating-point operations of one step where they are the whole of it, else 0.</summary>
    public virtual double Operations => 0;

    /// <summary>Does it once.</summary>
    /// <returns>The loss or the answer, read back as a trainer would; not-a-number where there is none to read.</returns>
    public abstract double Step();

    /// <summary>Does some first steps of a fresh copy.</summary>
    /// <param name="steps">How many.</param>
    /// <returns>Losses or answers, to compare with the other side's.</returns>
    public virtual IReadOnlyList<double> Check(int steps)
    {
        var values = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            values[i] = Step();
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of tensors and modules.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> calls.</param>
    protected abstract void Dispose(bool disposing);

    /// <summary>A tensor of the formula's numbers that lives until it is disposed.</summary>
    private protected static Tensor Data(string name, params long[] shape)
    {
        var numbers = WorkloadNumbers.Uniform(name, (int)shape.Aggregate(1L, static (product, size) => product * size));
        return tensor(Array.ConvertAll(numbers, static number => (float)number), shape).DetachFromDisposeScope();
    }
}
