using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

[Collection(SharedHostCollection.Name)]
public sealed class PolicyGrainTests(SharedGrainHost shared)
{
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(20);

    private readonly GrainHost _host = shared.Host;

    [Fact]
    public async Task Without_a_newer_version_the_wait_ends_with_nothing()
    {
        var policy = _host.Grains.GetPolicy("nothing");
        Assert.Null(await policy.GetNewerAsync(0, TimeSpan.FromMilliseconds(1)));
        await policy.PublishAsync(Bundle(1));
        Assert.Null(await policy.GetNewerAsync(1, TimeSpan.Zero));
        Assert.Equal(1, (await policy.GetNewerAsync(0, TimeSpan.Zero))!.Version);
    }

    [Fact]
    public async Task All_who_wait_get_a_new_version_when_it_is_published()
    {
        var policy = _host.Grains.GetPolicy("waiting");
        var waits = Enumerable.Range(0, 8).Select(_ => policy.GetNewerAsync(0, LongWait)).ToList();
        Assert.Empty(await policy.ListVersionsAsync());
        await policy.PublishAsync(Bundle(4));
        var bundles = await Task.WhenAll(waits);
        Assert.All(bundles, bundle => Assert.Equal(Bundle(4).Weights.Data.ToArray(), bundle!.Weights.Data.ToArray()));
    }

    [Fact]
    public async Task Old_versions_are_kept_by_count()
    {
        var policy = _host.Grains.GetPolicy("count");
        for (var version = 1; version <= 12; version++)
        {
            await policy.PublishAsync(Bundle(version));
        }

        Assert.Equal("5, 6, 7, 8, 9, 10, 11, 12", string.Join(", ", await policy.ListVersionsAsync()));
        Assert.Null(await policy.GetAsync(4));
        Assert.Equal(5, (await policy.GetAsync(5))!.Version);
        Assert.Equal(12, (await policy.GetNewerAsync(3, TimeSpan.Zero))!.Version);
    }

    [Fact]
    public async Task A_version_not_above_the_latest_is_refused()
    {
        var policy = _host.Grains.GetPolicy("order");
        await policy.PublishAsync(Bundle(3));
        foreach (var version in new[] { -1, 0, 2, 3 })
        {
            Assert.Equal("bundle.version", (await Assert.ThrowsAsync<InvalidInputException>(() => policy.PublishAsync(Bundle(version)))).Field);
        }

        Assert.Equal(3L, Assert.Single(await policy.ListVersionsAsync()));
    }

    [Fact]
    public async Task A_bundle_that_is_no_Safetensors_file_is_refused()
    {
        var policy = _host.Grains.GetPolicy("damaged");
        var damaged = Bundle(1) with { Weights = new Columns(ColumnsKind.Safetensors, 0, 1, new byte[5]) };
        Assert.Equal("bundle.weights", (await Assert.ThrowsAsync<InvalidInputException>(() => policy.PublishAsync(damaged))).Field);
        var kind = Bundle(1) with { Weights = Bundle(1).Weights with { Kind = ColumnsKind.Episode } };
        Assert.Equal("bundle.weights.kind", (await Assert.ThrowsAsync<InvalidInputException>(() => policy.PublishAsync(kind))).Field);
        var nameless = Bundle(1) with { Algorithm = " " };
        Assert.Equal("bundle.algorithm", (await Assert.ThrowsAsync<InvalidInputException>(() => policy.PublishAsync(nameless))).Field);
        Assert.Empty(await policy.ListVersionsAsync());
    }

    [Fact]
    public async Task Versions_outlive_a_deactivation()
    {
        var policy = _host.Grains.GetPolicy("outlives");
        await policy.PublishAsync(Bundle(1));
        await policy.PublishAsync(Bundle(2));
        await _host.Calls.DeactivateAsync(policy, () => policy.ListVersionsAsync());
        Assert.Equal("1, 2", string.Join(", ", await policy.ListVersionsAsync()));
        var bundle = await policy.GetAsync(2);
        Assert.Equal(Bundle(2).Weights.Data.ToArray(), bundle!.Weights.Data.ToArray());
        Assert.Equal((Bundle(2).Algorithm, Bundle(2).PublishedAt), (bundle.Algorithm, bundle.PublishedAt));
    }

    internal static PolicyBundle Bundle(long version)
    {
        var weights = new SafetensorsBuilder();
        weights.Add<float>("weights", [2], [version, 0.5f]);
        return new PolicyBundle(version, "counting", DateTimeOffset.UnixEpoch.AddSeconds(version), new Columns(ColumnsKind.Safetensors, 0, 1, weights.ToArray()));
    }
}
