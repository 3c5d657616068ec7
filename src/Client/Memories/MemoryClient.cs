using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client;

/// <summary>
/// The door to experience memories: the same in process and against a cluster, since it knows nothing but an <see cref="IGrainFactory"/>.
/// Safe for many threads.
/// </summary>
public sealed class MemoryClient
{
    private readonly IGrainFactory _grains;
    private readonly MemoryClientOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Initializes a client.</summary>
    /// <param name="grains">Where the grains are.</param>
    /// <param name="options">How it waits; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="InvalidExperienceException">An option is not allowed; the message names its key.</exception>
    public MemoryClient(IGrainFactory grains, MemoryClientOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(grains);
        _grains = grains;
        _options = options ?? new MemoryClientOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Creates a memory. The same spec again changes nothing.</summary>
    /// <param name="name">The memory's name, 1 to 200 characters.</param>
    /// <param name="spec">What the memory is.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The memory.</returns>
    /// <exception cref="InvalidExperienceException">A value of the spec is not allowed; the message names it.</exception>
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    /// <exception cref="MemorySpecMismatchException">The memory exists with another spec; the message names the first difference.</exception>
    public async Task<ExperienceMemory> CreateMemoryAsync(string name, MemorySpec spec, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate();
        var description = await _grains.GetMemory(name).CreateAsync(spec.ToJson(), cancellationToken);
        return new ExperienceMemory(_grains, name, MemorySpec.FromJson(description.SpecJson), _options, _time);
    }

    /// <summary>Opens a memory that exists.</summary>
    /// <param name="name">The memory's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The memory.</returns>
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    /// <exception cref="UnknownMemoryException">Nobody has created it.</exception>
    public async Task<ExperienceMemory> OpenMemoryAsync(string name, CancellationToken cancellationToken = default)
    {
        var description = await _grains.GetMemory(name).DescribeAsync(cancellationToken);
        return new ExperienceMemory(_grains, name, MemorySpec.FromJson(description.SpecJson), _options, _time);
    }

    /// <summary>Deletes a memory, on disk too. Nobody else uses it meanwhile; agents' own memories are not touched. A memory that is not there is no error.</summary>
    /// <param name="name">The memory's name.</param>
    /// <param name="cancellationToken">Cancels the call; calling again goes on where it ended.</param>
    /// <returns>Completes when nothing is left.</returns>
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    public Task DeleteMemoryAsync(string name, CancellationToken cancellationToken = default) => _grains.GetMemory(name).DeleteAsync(cancellationToken);
}
