using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What an operation refuses, in PyTorch's words. Real TorchSharp throws the base type for libtorch's errors.</summary>
internal sealed class TensorException(string message) : ExternalException(message);
