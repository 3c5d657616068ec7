using Orleans.Concurrency;
using Orleans.Core;

namespace MemoryRL.Compliance.Tests;

[Alias("compliance.ILifeGrain")]
public interface ILifeGrain : IGrainWithStringKey
{
    [Alias("WhichLife")]
    Task<int> WhichLife();

    [Alias("Leave")]
    Task Leave();

    [Alias("LeaveAndHold")]
    Task<int> LeaveAndHold(string gate);
}

/// <summary>A grain that counts its lives, waits and fails as the scene asks.</summary>
internal sealed class LifeGrain : Grain, ILifeGrain
{
    private int _life;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        _life = Scene.Increment($"{key}/lives");
        Scene.Log(key, $"life {_life} begins");
        if (Scene.Count($"{key}/waits-to-activate") > 0)
        {
            Scene.Open($"{key}/activating");
            await Scene.WaitFor($"{key}/activate", cancellationToken);
        }

        if (Scene.Count($"{key}/fails") >= _life)
        {
            throw new InvalidOperationException($"Life {_life} fails.");
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        await Task.Yield();
        Scene.Log(key, $"life {_life} ends: {reason.ReasonCode}");
        Scene.Open($"{key}/ended");
    }

    public Task<int> WhichLife() => Task.FromResult(_life);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<int> LeaveAndHold(string gate)
    {
        DeactivateOnIdle();
        Scene.Open($"{gate}/held");
        await Scene.WaitFor(gate);
        return _life;
    }
}

[Alias("compliance.INoteGrain")]
public interface INoteGrain : IGrainWithStringKey
{
    [Alias("Write")]
    Task Write(string text);

    [Alias("WriteElsewhere")]
    Task WriteElsewhere(string text);

    [Alias("ChangeWithoutWriting")]
    Task ChangeWithoutWriting(string text);

    [Alias("Read")]
    Task<string> Read();

    [Alias("Clear")]
    Task Clear();

    [Alias("Leave")]
    Task Leave();
}

[GenerateSerializer, Alias("compliance.NoteState")]
public sealed class NoteState
{
    [Id(0)]
    public List<string> Lines { get; set; } = [];
}

internal sealed class NoteGrain(
    [PersistentState("note")] IPersistentState<NoteState> note,
    [PersistentState("other", "notes")] IPersistentState<NoteState> other) : Grain, INoteGrain
{
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Scene.Open($"{this.GetPrimaryKeyString()}/ended");
        return Task.CompletedTask;
    }

    public Task Write(string text) => Write(note, text);

    public Task WriteElsewhere(string text) => Write(other, text);

    public Task ChangeWithoutWriting(string text)
    {
        note.State.Lines.Add(text);
        return Task.CompletedTask;
    }

    public Task<string> Read()
    {
        return Task.FromResult($"{string.Join(',', note.State.Lines)}|{string.Join(',', other.State.Lines)}|{note.RecordExists}|{note.Etag is not null}");
    }

    public Task Clear() => note.ClearStateAsync();

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static Task Write(IStorage<NoteState> state, string text)
    {
        state.State.Lines.Add(text);
        return state.WriteStateAsync();
    }
}

[Alias("compliance.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithStringKey
{
    [Alias("MeetAnother")]
    Task<Guid> MeetAnother(string place);

    [Alias("Work")]
    Task<int> Work();
}

[StatelessWorker(2)]
internal sealed class WorkerGrain : Grain, IWorkerGrain
{
    private readonly Guid _id = Guid.NewGuid();

    public async Task<Guid> MeetAnother(string place)
    {
        if (Scene.Increment(place) == 2)
        {
            Scene.Open(place);
        }

        await Scene.WaitFor(place);
        return _id;
    }

    public async Task<int> Work()
    {
        var key = this.GetPrimaryKeyString();
        var working = Scene.Increment(key);
        await Task.Yield();
        await Task.Run(() => Thread.SpinWait(5000));
        Scene.Decrement(key);
        return working;
    }
}
