using System.Reflection;
using System.Reflection.Emit;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime.Tests;

public sealed class RefusalTests
{
    [Theory]
    [InlineData(typeof(INoAliasGrain), "INoAliasGrain has no [Alias]")]
    [InlineData(typeof(IBareMethodGrain), "IBareMethodGrain.Do has no [Alias]")]
    [InlineData(typeof(IGrainWithoutKey), "string keys only")]
    [InlineData(typeof(IPropertyGrain), "a grain interface has methods only")]
    [InlineData(typeof(ISynchronousGrain), "ISynchronousGrain.Count: expected Task, ValueTask or IAsyncEnumerable as the result but got System.Int32")]
    [InlineData(typeof(IAnsweringOneWayGrain), "a [OneWay] method answers nothing")]
    [InlineData(typeof(IGenericMethodGrain), "no generic grain methods")]
    [InlineData(typeof(IPlainTypeGrain), "PlainType has no [GenerateSerializer]")]
    [InlineData(typeof(IPlainTypeGrain), "PlainType has no [Alias]")]
    [InlineData(typeof(INoIdGrain), "NoId.Number has no [Id], so it would not travel")]
    [InlineData(typeof(ITwiceTheIdGrain), "gives one [Id] to two members")]
    [InlineData(typeof(INestedPlainTypeGrain), "PlainType has no [GenerateSerializer]")]
    [InlineData(typeof(IPlainResultGrain), "the result: MemoryRL.Embedded.Runtime.Tests.PlainType")]
    [InlineData(typeof(IArrayGrain), "parameter 'bytes': System.Byte[] is mutable bulk data")]
    [InlineData(typeof(IMemoryMemberGrain), "is mutable bulk data")]
    [InlineData(typeof(IListOfArraysGrain), "System.Single[] is mutable bulk data")]
    public async Task A_contract_that_real_Orleans_could_not_carry_is_refused_at_the_start(Type grainInterface, string fault)
    {
        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(() => TestHost.StartAsync([grainInterface]));

        Assert.Contains(fault, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bulk_data_that_is_marked_is_accepted()
    {
        await using var host = await TestHost.StartAsync([typeof(IMarkedGrain), typeof(IBytesGrain), typeof(BytesGrain)]);
    }

    [Fact]
    public async Task An_error_beside_the_interfaces_must_be_able_to_travel()
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Contracts"), AssemblyBuilderAccess.Run).DefineDynamicModule("Contracts");
        module.DefineType("BareException", TypeAttributes.Public, typeof(Exception)).CreateType();
        var grainInterface = module.DefineType("IDynamicGrain", TypeAttributes.Public | TypeAttributes.Interface | TypeAttributes.Abstract, null, [typeof(IGrainWithStringKey)]).CreateType();

        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(() => TestHost.StartAsync([grainInterface]));

        Assert.Contains("BareException has no [GenerateSerializer]", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(MisplacedAttributeGrain), "MisplacedAttributeGrain.WhichLife: ReadOnlyAttribute belongs on the interface's method")]
    [InlineData(typeof(NoWorkersGrain), "[StatelessWorker] expects at least 1 worker")]
    public async Task An_attribute_that_could_not_be_honoured_is_refused(Type grainClass, string fault)
    {
        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(() => TestHost.StartAsync([typeof(ISingleGrain), grainClass]));

        Assert.Contains(fault, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_classes_with_one_name_are_refused()
    {
        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(() => TestHost.StartAsync([typeof(ISingleGrain), typeof(SingleGrain), typeof(Single)]));

        Assert.Contains("have the same grain type 'single'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_for_clusters_is_refused_by_its_name()
    {
        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(() => TestHost.StartAsync([], setting: ("Orleans:Clustering:ProviderType", "AzureTableStorage")));

        Assert.StartsWith("Orleans:Clustering:ProviderType is set", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_that_nobody_added_is_named_when_a_grain_asks_for_it()
    {
        await using var host = await TestHost.StartAsync([typeof(ISingleGrain), typeof(LostStateGrain)]);

        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(() => host.Grains.GetGrain<ISingleGrain>("lost").WhichLife());

        Assert.Contains("storage named 'nowhere'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_that_cannot_hold_are_refused_by_their_names()
    {
        await RefusesAsync<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.Zero, "SiloMessagingOptions.ResponseTimeout");
        await RefusesAsync<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(-1), "ClientMessagingOptions.ResponseTimeout");
        await RefusesAsync<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromSeconds(1), "GrainCollectionOptions.CollectionAge");
        await RefusesAsync<GrainCollectionOptions>(options => options.ActivationTimeout = TimeSpan.Zero, "GrainCollectionOptions.ActivationTimeout");

        static async Task RefusesAsync<TOptions>(Action<TOptions> configure, string name)
            where TOptions : class
        {
            var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(() => TestHost.StartAsync([], silo => silo.Configure(configure)));
            Assert.StartsWith(name, exception.Message, StringComparison.Ordinal);
        }
    }
}
