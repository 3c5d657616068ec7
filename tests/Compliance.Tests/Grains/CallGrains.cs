using System.Runtime.CompilerServices;
using Orleans.Concurrency;

namespace MemoryRL.Compliance.Tests;

[Alias("compliance.ICallGrain")]
public interface ICallGrain : IGrainWithStringKey
{
    [Alias("WaitUntilCancelled")]
    Task WaitUntilCancelled(string scene, CancellationToken cancellationToken = default);

    [Alias("PassOnUntilCancelled")]
    Task PassOnUntilCancelled(string scene, string next, CancellationToken cancellationToken = default);

    [Alias("CanBeCancelled")]
    Task<bool> CanBeCancelled(CancellationToken cancellationToken = default);

    [ResponseTimeout("00:00:00.300"), Alias("AnswerTooLate")]
    Task AnswerTooLate(string gate);

    [Alias("CallInACircle")]
    Task CallInACircle(string next);

    [Alias("CallBack")]
    Task CallBack(string first);

    [ResponseTimeout("00:00:00.300"), Alias("Arrive")]
    Task Arrive();

    [Alias("Throw")]
    Task Throw(bool isAfterAnAwait);

    [Alias("ThrowOwn")]
    Task<int> ThrowOwn(string subject, int number);

    [OneWay, Alias("OpenLater")]
    Task OpenLater(string scene);

    [OneWay, Alias("ThrowUnheard")]
    Task ThrowUnheard(string scene);

    [Alias("Keep")]
    Task Keep(Parcel parcel);

    [Alias("KeepAfter")]
    Task KeepAfter(string gate, Parcel parcel);

    [Alias("ReadKept")]
    Task<string> ReadKept();

    [Alias("HandOut")]
    Task<Parcel> HandOut();

    [Alias("Echo")]
    Task<Label> Echo(Label label);

    [Alias("ReadContext")]
    Task<string> ReadContext(string name);

    [Alias("ReadContextBehind")]
    Task<string> ReadContextBehind(string name, string next);

    [Alias("ChangeContext")]
    Task<string> ChangeContext(string name, string value);

    [Alias("Count")]
    IAsyncEnumerable<int> Count(int count, string scene, CancellationToken cancellationToken = default);

    [Alias("CountAndFail")]
    IAsyncEnumerable<int> CountAndFail(int count);
}

/// <summary>A message that can be changed.</summary>
[GenerateSerializer, Alias("compliance.Parcel")]
public sealed class Parcel
{
    [Id(0)]
    public string Name { get; set; } = "";

    [Id(1)]
    public List<string> Contents { get; set; } = [];
}

/// <summary>A message that cannot be changed.</summary>
[GenerateSerializer, Immutable, Alias("compliance.Label")]
public sealed record Label([property: Id(0)] string Text, [property: Id(1)] ReadOnlyMemory<byte> Data);

[GenerateSerializer, Alias("compliance.SubjectException")]
public sealed class SubjectException(string subject, int number) : Exception($"{subject} is wrong in {number} ways.")
{
    [Id(0)]
    public string Subject { get; } = subject;

    [Id(1)]
    public int Number { get; } = number;
}

internal sealed class CallGrain : Grain, ICallGrain
{
    private Parcel _kept = new();

    public async Task WaitUntilCancelled(string scene, CancellationToken cancellationToken)
    {
        Scene.Open($"{scene}/begun");
        try
        {
            await Scene.WaitFor($"{scene}/never", cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Scene.Open($"{scene}/cancelled");
            throw;
        }
    }

    public Task PassOnUntilCancelled(string scene, string next, CancellationToken cancellationToken)
    {
        return GrainFactory.GetGrain<ICallGrain>(next).WaitUntilCancelled(scene, cancellationToken);
    }

    public Task<bool> CanBeCancelled(CancellationToken cancellationToken) => Task.FromResult(cancellationToken.CanBeCanceled);

    public Task AnswerTooLate(string gate) => Scene.WaitFor(gate);

    public Task CallInACircle(string next) => GrainFactory.GetGrain<ICallGrain>(next).CallBack(this.GetPrimaryKeyString());

    public Task CallBack(string first) => GrainFactory.GetGrain<ICallGrain>(first).Arrive();

    public Task Arrive() => Task.CompletedTask;

    public Task Throw(bool isAfterAnAwait)
    {
        return isAfterAnAwait ? ThrowLater() : throw new ArgumentException("Thrown at once.");
    }

    public Task<int> ThrowOwn(string subject, int number) => throw new SubjectException(subject, number);

    public async Task OpenLater(string scene)
    {
        await Scene.WaitFor($"{scene}/go");
        Scene.Open($"{scene}/done");
    }

    public Task ThrowUnheard(string scene)
    {
        Scene.Open(scene);
        throw new InvalidOperationException("Nobody hears this.");
    }

    public Task Keep(Parcel parcel)
    {
        _kept = parcel;
        return Task.CompletedTask;
    }

    public async Task KeepAfter(string gate, Parcel parcel)
    {
        await Scene.WaitFor(gate);
        _kept = parcel;
    }

    public Task<string> ReadKept() => Task.FromResult($"{_kept.Name}: {string.Join(',', _kept.Contents)}");

    public Task<Parcel> HandOut() => Task.FromResult(_kept);

    public Task<Label> Echo(Label label) => Task.FromResult(label);

    public Task<string> ReadContext(string name) => Task.FromResult(RequestContext.Get(name) as string ?? "none");

    public async Task<string> ReadContextBehind(string name, string next)
    {
        await Task.Yield();
        return await GrainFactory.GetGrain<ICallGrain>(next).ReadContext(name);
    }

    public Task<string> ChangeContext(string name, string value)
    {
        RequestContext.Set(name, value);
        return ReadContext(name);
    }

    public async IAsyncEnumerable<int> Count(int count, string scene, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                if (i % 7 == 3)
                {
                    await Task.Yield();
                }

                yield return i;
            }

            Scene.Open($"{scene}/counted");
            await Scene.WaitFor($"{scene}/go", cancellationToken);
        }
        finally
        {
            Scene.Open($"{scene}/ended");
        }
    }

    public async IAsyncEnumerable<int> CountAndFail(int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return i;
        }

        await Task.Yield();
        throw new SubjectException("The count", count);
    }

    private static async Task ThrowLater()
    {
        await Task.Yield();
        throw new ArgumentException("Thrown later.");
    }
}
