using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MemoryRL.Grains.Tests;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("MemoryRL:PolicyVersionsKept", "0", "MemoryRL:PolicyVersionsKept")]
    [InlineData("MemoryRL:LearnerThreads", "-1", "MemoryRL:LearnerThreads")]
    [InlineData("MemoryRL:LearnerThreads", "many", "MemoryRL:LearnerThreads")]
    [InlineData("MemoryRL:ResponseTimeout", "00:00:00", "MemoryRL:ResponseTimeout")]
    [InlineData("MemoryRL:PolicySavePeriod", "-00:00:01", "MemoryRL:PolicySavePeriod")]
    [InlineData("MemoryRL:Storage", "Folder", "MemoryRL:StorageFolder")]
    [InlineData("MemoryRL:Storage", "Floppy", "MemoryRL:Storage")]
    [InlineData("MemoryRL:Storage", "7", "MemoryRL:Storage")]
    [InlineData("MemoryRL:StorageFolder", "states", "MemoryRL:Storage")]
    [InlineData("MemoryRL:Capacity", "7", "Capacity")]
    [InlineData("MemoryRL:Cluster:Gateway", "nowhere", "MemoryRL:Cluster:Gateway")]
    [InlineData("MemoryRL:Cluster:SiloPort", "70000", "MemoryRL:Cluster:SiloPort")]
    [InlineData("MemoryRL:Cluster:Silo", "1", "Silo")]
    public void A_bad_setting_stops_the_program_with_its_key(string key, string value, string named)
    {
        var builder = Builder(key, value);
        var error = Record.Exception(() => builder.AddMemoryRL());
        Assert.True(error is OptionsValidationException or InvalidOperationException, error?.ToString());
        Assert.Contains(named, error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Good_settings_are_read_and_code_wins_over_them()
    {
        var builder = Builder("MemoryRL:PolicyVersionsKept", "3");
        var options = MemoryRLHosting.ReadOptions(builder.Configuration, given => given.LearnerThreads = 2);
        Assert.Equal(3, options.PolicyVersionsKept);
        Assert.Equal(2, options.LearnerThreads);
    }

#if !GRAIN_HOST_ORLEANS
    [Theory]
    [InlineData("MemoryRL:Cluster:Gateway", "127.0.0.1:30000", "MemoryRL:Cluster")]
    [InlineData("MemoryRL:Storage", "Configured", "MemoryRL:Storage")]
    public void What_only_a_cluster_has_is_refused_with_the_way_to_get_it(string key, string value, string named)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Builder(key, value).AddMemoryRL());
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("-p:GrainHost=Orleans", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_of_a_cluster_is_refused_with_the_way_to_get_it()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Builder("MemoryRL:Cluster:Gateway", "127.0.0.1:30000").AddMemoryRLClient());
        Assert.Contains("127.0.0.1:30000", error.Message, StringComparison.Ordinal);
        Assert.Contains("-p:GrainHost=Orleans", error.Message, StringComparison.Ordinal);
    }
#endif

    private static HostApplicationBuilder Builder(string key, string value)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        _ = builder.Configuration.AddInMemoryCollection([new(key, value)]);
        return builder;
    }
}
