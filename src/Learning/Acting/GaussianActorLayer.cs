namespace MemoryRL.Learning;

/// <summary>One linear layer of a <see cref="GaussianActorWeights"/>.</summary>
/// <param name="Weight">The weights as PyTorch keeps them, <c>[outputs, inputs]</c>, row-major.</param>
/// <param name="Bias">The biases, <c>[outputs]</c>.</param>
public sealed record GaussianActorLayer(ReadOnlyMemory<float> Weight, ReadOnlyMemory<float> Bias);
