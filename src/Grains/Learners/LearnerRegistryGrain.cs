using System.Collections.Immutable;
using System.Text.Json;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>The names of the learners that are to train, in one small file.</summary>
[GrainType("memoryrl.learner-registry")]
internal sealed class LearnerRegistryGrain(
    [PersistentState("learner-registry", GrainStorageNames.Provider)] IPersistentState<GrainDocument> state) : Grain, ILearnerRegistryGrain
{
    private const string Schema = "memoryrl.learner-registry/1";
    private const string NamesKey = "learners";

    private DocumentState _document = null!;
    private ImmutableSortedSet<string> _names = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _document = new DocumentState(state, Schema, this.GetPrimaryKeyString());
        if (_document.Take() is { } content)
        {
            _names = _names.Union(JsonSerializer.Deserialize(content.RequireMetadata(NamesKey), LearnerJsonContext.Default.StringArray)!);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task AddAsync(string learnerName, CancellationToken cancellationToken) => KeepAsync(_names.Add(learnerName));

    /// <inheritdoc/>
    public Task RemoveAsync(string learnerName, CancellationToken cancellationToken) => KeepAsync(_names.Remove(learnerName));

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<string>>([.. _names]);

    private async Task KeepAsync(ImmutableSortedSet<string> names)
    {
        if (ReferenceEquals(names, _names))
        {
            return;
        }

        _ = await _document.WriteAsync(() =>
        {
            var content = new SafetensorsBuilder();
            content.Metadata[NamesKey] = JsonSerializer.Serialize([.. names], LearnerJsonContext.Default.StringArray);
            return content;
        });
        _names = names;
    }
}
