namespace MemoryRL.Compliance.Tests;

[Collection(GrainHostGroup.Name)]
public sealed class LifeTests(GrainHostFixture host)
{
    [Fact]
    public async Task Concurrent_first_calls_activate_a_grain_once()
    {
        var key = Scene.NewKey("first");

        var lives = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => host.Grains.GetGrain<ILifeGrain>(key).WhichLife())));

        Assert.All(lives, life => Assert.Equal(1, life));
        Assert.Equal(1, Scene.Count($"{key}/lives"));
    }

    [Fact]
    public async Task A_failing_activation_fails_the_calls_that_wait_and_the_next_call_tries_anew()
    {
        var key = Scene.NewKey("fails");
        Scene.Increment($"{key}/fails");
        Scene.Increment($"{key}/waits-to-activate");
        var grain = host.Grains.GetGrain<ILifeGrain>(key);
        var waiting = Enumerable.Range(0, 5).Select(_ => grain.WhichLife()).ToList();
        await Scene.WaitFor($"{key}/activating");

        Scene.Open($"{key}/activate");

        foreach (var call in waiting)
        {
            var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => call);
            Assert.Equal("Life 1 fails.", exception.Message);
        }

        Assert.Equal(2, await grain.WhichLife());
    }

    [Fact]
    public async Task A_deactivated_grain_is_activated_anew_by_the_next_call()
    {
        var key = Scene.NewKey("again");
        var grain = host.Grains.GetGrain<ILifeGrain>(key);

        Assert.Equal(1, await grain.WhichLife());
        await grain.Leave();
        Assert.Equal(2, await grain.WhichLife());

        Assert.Equal(["life 1 begins", "life 1 ends: ApplicationRequested", "life 2 begins"], Scene.ReadLog(key));
    }

    [Fact]
    public async Task Requests_that_queue_behind_a_deactivation_go_to_the_next_activation()
    {
        var key = Scene.NewKey("queue");
        var grain = host.Grains.GetGrain<ILifeGrain>(key);
        var leaving = grain.LeaveAndHold($"{key}/go");
        await Scene.WaitFor($"{key}/go/held");
        var queued = Enumerable.Range(0, 20).Select(_ => grain.WhichLife()).ToList();

        Scene.Open($"{key}/go");

        Assert.Equal(1, await leaving);
        Assert.All(await Task.WhenAll(queued), life => Assert.Equal(2, life));
        Assert.Equal(["life 1 begins", "life 1 ends: ApplicationRequested", "life 2 begins"], Scene.ReadLog(key));
    }

    [Fact]
    public async Task Callers_and_deactivations_race_without_losing_a_call()
    {
        var key = Scene.NewKey("race");
        var grain = host.Grains.GetGrain<ILifeGrain>(key);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            var lives = new List<int>();
            for (var i = 0; i < 100; i++)
            {
                lives.Add(await grain.WhichLife());
                if (caller == 0 && i % 10 == 0)
                {
                    await grain.Leave();
                }
            }

            return lives;
        })));

        Assert.All(answers, lives => Assert.Equal(lives.Order(), lives));
        var log = Scene.ReadLog(key);
        for (var i = 0; i < log.Length; i++)
        {
            Assert.Equal(i % 2 == 0 ? $"life {(i / 2) + 1} begins" : $"life {(i / 2) + 1} ends: ApplicationRequested", log[i]);
        }
    }

    [Fact]
    public async Task Stopping_the_host_deactivates_every_grain()
    {
        var keys = Enumerable.Range(0, 10).Select(_ => Scene.NewKey("stop")).ToList();
        var other = new GrainHostFixture();
        await other.InitializeAsync();
        foreach (var key in keys)
        {
            await other.Grains.GetGrain<ILifeGrain>(key).WhichLife();
        }

        await other.StopAsync();

        Assert.All(keys, key => Assert.Equal(["life 1 begins", "life 1 ends: ShuttingDown"], Scene.ReadLog(key)));
        await other.DisposeAsync();
    }

    [Fact]
    public async Task Written_state_outlives_the_activation_and_unwritten_state_does_not()
    {
        var key = Scene.NewKey("note");
        var grain = host.Grains.GetGrain<INoteGrain>(key);
        Assert.Equal("||False|False", await grain.Read());

        await grain.Write("kept");
        await grain.WriteElsewhere("elsewhere");
        await grain.ChangeWithoutWriting("lost");
        Assert.Equal("kept,lost|elsewhere|True|True", await grain.Read());
        await grain.Leave();
        await Scene.WaitFor($"{key}/ended");

        Assert.Equal("kept|elsewhere|True|True", await grain.Read());
    }

    [Fact]
    public async Task Cleared_state_is_gone()
    {
        var grain = host.Grains.GetGrain<INoteGrain>(Scene.NewKey("clear"));
        await grain.Write("gone");

        await grain.Clear();

        Assert.StartsWith("||False|", await grain.Read(), StringComparison.Ordinal);
        await grain.Write("again");
        Assert.Equal("again||True|True", await grain.Read());
    }

    [Fact]
    public async Task Stateless_workers_work_side_by_side()
    {
        var key = Scene.NewKey("workers");
        var grain = host.Grains.GetGrain<IWorkerGrain>(key);

        var ids = await Task.WhenAll(grain.MeetAnother($"{key}/place"), grain.MeetAnother($"{key}/place"));

        Assert.NotEqual(ids[0], ids[1]);
    }

    [Fact]
    public async Task Stateless_workers_are_no_more_than_allowed()
    {
        var grain = host.Grains.GetGrain<IWorkerGrain>(Scene.NewKey("limit"));

        var working = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => grain.Work()));

        Assert.All(working, count => Assert.InRange(count, 1, 2));
    }
}
