using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime.Tests;

public interface INoAliasGrain : IGrainWithStringKey;

[Alias("bad.IBareMethodGrain")]
public interface IBareMethodGrain : IGrainWithStringKey
{
    Task Do();
}

[Alias("bad.IGrainWithoutKey")]
public interface IGrainWithoutKey : IGrain;

[Alias("bad.IPropertyGrain")]
public interface IPropertyGrain : IGrainWithStringKey
{
    int Count { get; }
}

[Alias("bad.ISynchronousGrain")]
public interface ISynchronousGrain : IGrainWithStringKey
{
    [Alias("Count")]
    int Count();
}

[Alias("bad.IAnsweringOneWayGrain")]
public interface IAnsweringOneWayGrain : IGrainWithStringKey
{
    [OneWay, Alias("Count")]
    Task<int> Count();
}

[Alias("bad.IGenericMethodGrain")]
public interface IGenericMethodGrain : IGrainWithStringKey
{
    [Alias("Do")]
    Task Do<T>();
}

public sealed class PlainType
{
    public int Number { get; set; }
}

[Alias("bad.IPlainTypeGrain")]
public interface IPlainTypeGrain : IGrainWithStringKey
{
    [Alias("Do")]
    Task Do(PlainType plain);
}

[Alias("bad.IPlainResultGrain")]
public interface IPlainResultGrain : IGrainWithStringKey
{
    [Alias("Do")]
    IAsyncEnumerable<PlainType> Do();
}

[GenerateSerializer, Alias("bad.NoId")]
public sealed record NoId(int Number);

[Alias("bad.INoIdGrain")]
public interface INoIdGrain : IGrainWithStringKey
{
    [Alias("Do")]
    Task Do(NoId noId);
}

[GenerateSerializer, Alias("bad.TwiceTheId")]
public sealed record TwiceTheId([property: Id(0)] int Left, [property: Id(0)] int Right);

[Alias("bad.ITwiceTheIdGrain")]
public interface ITwiceTheIdGrain : IGrainWithStringKey
{
    [Alias("Do")]
    Task Do(TwiceTheId twice);
}

[GenerateSerializer, Alias("bad.Nesting")]
public sealed record Nesting([property: Id(0)] Dictionary<string, PlainType> Inner);

[Alias("bad.INestedPlainTypeGrain")]
public interface INestedPlainTypeGrain : IGrainWithStringKey
{
    [Alias("Do")]
    Task Do(Nesting nesting);
}

[Alias("bad.IArrayGrain")]
public interface IArrayGrain : IGrainWithStringKey
{
    [Alias("Do")]
    Task Do(byte[] bytes);
}

[GenerateSerializer, Alias("bad.MemoryMember")]
public sealed record MemoryMember([property: Id(0)] Memory<byte> Data);

[Alias("bad.IMemoryMemberGrain")]
public interface IMemoryMemberGrain : IGrainWithStringKey
{
    [Alias("Do")]
    Task Do(MemoryMember member);
}

[Alias("bad.IListOfArraysGrain")]
public interface IListOfArraysGrain : IGrainWithStringKey
{
    [Alias("Do")]
    Task<List<float[]>> Do();
}

[GenerateSerializer, Alias("good.MarkedMember")]
public sealed record MarkedMember([property: Id(0), Immutable] byte[] Data);

[Alias("good.IMarkedGrain")]
public interface IMarkedGrain : IGrainWithStringKey
{
    [Alias("Do")]
    [return: Immutable]
    Task<float[]> Do([Immutable] byte[] bytes, MarkedMember member);
}

[Alias("bad.ISingleGrain")]
public interface ISingleGrain : IGrainWithStringKey
{
    [Alias("WhichLife")]
    Task<Guid> WhichLife();
}

internal class SingleGrain : Grain, ISingleGrain
{
    public virtual Task<Guid> WhichLife() => Task.FromResult(Guid.Empty);
}

internal sealed class Single : SingleGrain;

internal sealed class MisplacedAttributeGrain : SingleGrain
{
    [ReadOnly]
    public override Task<Guid> WhichLife() => base.WhichLife();
}

[StatelessWorker(0)]
internal sealed class NoWorkersGrain : SingleGrain;

internal sealed class LostStateGrain([PersistentState("state", "nowhere")] IPersistentState<NumberState> state) : SingleGrain
{
    public override Task<Guid> WhichLife() => Task.FromResult(state.RecordExists ? Guid.NewGuid() : Guid.Empty);
}
