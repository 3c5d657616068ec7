namespace MemoryRL.Compliance.Tests;

public sealed class FilterTests(FilteredGrainHostFixture host) : IClassFixture<FilteredGrainHostFixture>
{
    [Fact]
    public async Task Filters_stand_around_the_grain_in_their_order_its_own_last()
    {
        var key = Scene.NewKey("filter");

        var sum = await Grain(key).Add(1, 2);

        Assert.Equal(30, sum);
        Assert.Equal(["outer before Add of IFilterGrain, FilterGrain", "inner", "own before", "grain", "own after", "outer after 3"], Scene.ReadLog(key));
    }

    [Fact]
    public async Task A_filter_sees_the_failure_and_may_change_it()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => Grain(Scene.NewKey("filter-fail")).Fail());

        Assert.Equal("Translated: The grain fails.", exception.Message);
    }

    [Fact]
    public async Task A_filter_may_keep_a_call_from_the_grain()
    {
        var key = Scene.NewKey("filter-forbid");

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Grain(key).Forbidden());

        Assert.DoesNotContain("forbidden", Scene.ReadLog(key));
    }

    [Fact]
    public async Task A_filtered_method_may_answer_nothing()
    {
        await Grain(Scene.NewKey("filter-nothing")).Do();
    }

    [Fact]
    public async Task Filtered_requests_still_come_one_at_a_time()
    {
        var key = Scene.NewKey("filter-order");
        var grain = host.Grains.GetGrain<IPlainTurnGrain>(key);
        var first = grain.HoldUntil($"{key}/go", "first");
        await Scene.WaitFor($"{key}/go/held");
        var second = grain.Log("second");

        Scene.Open($"{key}/go");
        await Task.WhenAll(first, second);

        Assert.Equal(["first begins", "first ends", "second"], Scene.ReadLog(key));
    }

    private IFilterGrain Grain(string key) => host.Grains.GetGrain<IFilterGrain>(key);
}
