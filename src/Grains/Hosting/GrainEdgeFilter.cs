using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Core's errors of bad input leave a grain as the error that travels, with the same facts.</summary>
internal sealed class GrainEdgeFilter : IIncomingGrainCallFilter
{
    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (InvalidExperienceException fault)
        {
            throw new InvalidInputException(fault.Field, fault.Expected, fault.Actual);
        }
        catch (SafetensorsFormatException fault)
        {
            throw new InvalidInputException(fault.Origin, "a Safetensors file", fault.Fault);
        }
    }
}
