using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Core's errors leave a grain as errors that travel, with the same facts: of bad input, and of a stored state that cannot be read.</summary>
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
            // What callers send is checked where it comes in; this is a file of ours.
            throw new MemoryRLException($"The stored state is damaged: {fault.Message}");
        }
    }
}
