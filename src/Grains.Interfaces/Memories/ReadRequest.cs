namespace MemoryRL.Grains.Interfaces;

/// <summary>A request for the episodes that arrived after a cursor: on-policy reading, each episode once a cursor.</summary>
/// <param name="Cursor">The position after the last episode read; 0 to start with the oldest kept.</param>
/// <param name="MinSteps">How many steps must have arrived before the read is answered with episodes.</param>
/// <param name="MaxSteps">Stop after the episode that passes this number of steps.</param>
/// <param name="MaxWait">How long to wait for <paramref name="MinSteps"/>.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.ReadRequest")]
public sealed record ReadRequest(
    [property: Id(0)] long Cursor,
    [property: Id(1)] int MinSteps,
    [property: Id(2)] int MaxSteps,
    [property: Id(3)] TimeSpan MaxWait);
