namespace MemoryRL.Core;

/// <summary>Makes value functions from the bundles of one algorithm's learners. Programs register the real ones; grains know them by name only.</summary>
public interface IValueFunctionFactory
{
    /// <summary>Gets the algorithm's name in kebab case, such as <c>vem</c>.</summary>
    string Algorithm { get; }

    /// <summary>Makes a value function.</summary>
    /// <param name="bundle">Its weights in Safetensors form, with metadata that name the algorithm, the version and the observation space.</param>
    /// <returns>The value function, to be disposed.</returns>
    /// <exception cref="SafetensorsFormatException">The bundle is damaged or of another algorithm; the message names the entry.</exception>
    IValueFunction Create(ReadOnlyMemory<byte> bundle);
}
