using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>Chooses the device that a learner computes on.</summary>
internal static class TensorDevices
{
    /// <summary>Finds the device of a name.</summary>
    /// <param name="name"><c>auto</c> (CUDA where the tensor engine has it), <c>cpu</c> or <c>cuda</c>.</param>
    /// <returns>The device.</returns>
    /// <exception cref="InvalidExperienceException">The name is none of these, or the engine has no CUDA.</exception>
    public static Device Resolve(string name)
    {
        InvalidExperienceException.ThrowUnless(name is "auto" or "cpu" or "cuda", "settings.device", "auto, cpu or cuda", $"'{name}'");
        if (name == "cpu" || (name == "auto" && !cuda.is_available()))
        {
            return CPU;
        }

        InvalidExperienceException.ThrowUnless(cuda.is_available(), "settings.device", "a device that the tensor engine has", "cuda, which it has not");
        return CUDA;
    }
}
