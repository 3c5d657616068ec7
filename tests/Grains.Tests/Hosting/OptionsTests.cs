using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace MemoryRL.Grains.Tests;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("MemoryRL:PolicyVersionsKept", "0", "MemoryRL:PolicyVersionsKept")]
    [InlineData("MemoryRL:LearnerThreads", "-1", "MemoryRL:LearnerThreads")]
    [InlineData("MemoryRL:LearnerThreads", "many", "MemoryRL:LearnerThreads")]
    [InlineData("MemoryRL:ResponseTimeout", "00:00:00", "MemoryRL:ResponseTimeout")]
    [InlineData("MemoryRL:StopTimeout", "00:00:00", "MemoryRL:StopTimeout")]
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

    [Fact]
    public void The_stop_timeout_bounds_the_stop_of_the_host_and_of_each_grain()
    {
        var builder = Builder("MemoryRL:StopTimeout", "00:07:00");
        _ = builder.AddMemoryRL();
        using var host = builder.Build();
        Assert.Equal(TimeSpan.FromMinutes(7), host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
        Assert.Equal(TimeSpan.FromMinutes(7), host.Services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value.DeactivationTimeout);
    }

    [Theory]
    [InlineData("PrimarySilo", "127.0.0.1:11111")]
    [InlineData("UseConfiguredClustering", "true")]
    public void A_folder_is_no_storage_for_several_silos(string option, string value)
    {
        var builder = Builder($"MemoryRL:Cluster:{option}", value);
        _ = builder.Configuration.AddInMemoryCollection([new("MemoryRL:Storage", "Folder"), new("MemoryRL:StorageFolder", "states")]);
        var error = Assert.Throws<OptionsValidationException>(() => builder.AddMemoryRL());
        Assert.Contains($"expected Configured, storage that every silo reaches, with MemoryRL:Cluster:{option}", error.Message, StringComparison.Ordinal);
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
