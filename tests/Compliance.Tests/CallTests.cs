namespace MemoryRL.Compliance.Tests;

[Collection(GrainHostGroup.Name)]
public sealed class CallTests(GrainHostFixture host)
{
    [Fact]
    public async Task Cancelling_mid_call_ends_the_wait_and_reaches_the_grain()
    {
        var key = Scene.NewKey("cancel");
        using var cancellation = new CancellationTokenSource();
        var call = Grain(key).WaitUntilCancelled(key, cancellation.Token);
        await Scene.WaitFor($"{key}/begun");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Scene.WaitFor($"{key}/cancelled");
    }

    [Fact]
    public async Task Cancelling_reaches_a_grain_behind_a_grain()
    {
        var key = Scene.NewKey("cancel-far");
        using var cancellation = new CancellationTokenSource();
        var call = Grain(key).PassOnUntilCancelled(key, $"{key}-next", cancellation.Token);
        await Scene.WaitFor($"{key}/begun");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Scene.WaitFor($"{key}/cancelled");
    }

    [Fact]
    public async Task A_cancelled_token_calls_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Grain(Scene.NewKey("cancelled")).CanBeCancelled(cancellation.Token));
    }

    [Fact]
    public async Task A_late_answer_is_a_timeout_that_names_the_call_and_the_grain_goes_on()
    {
        var key = Scene.NewKey("late");

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => Grain(key).AnswerTooLate($"{key}/go"));

        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
        Assert.Contains("AnswerTooLate", exception.Message, StringComparison.Ordinal);
        Scene.Open($"{key}/go");
        Assert.Equal(": ", await Grain(key).ReadKept());
    }

    [Fact]
    public async Task A_call_cycle_ends_in_a_timeout_that_names_it()
    {
        var first = Scene.NewKey("circle-first");
        var second = Scene.NewKey("circle-second");

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => Grain(first).CallInACircle(second));

        Assert.Contains(first, exception.Message, StringComparison.Ordinal);
        Assert.Contains(second, exception.Message, StringComparison.Ordinal);
        Assert.Contains("Arrive", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "Thrown at once.")]
    [InlineData(true, "Thrown later.")]
    public async Task An_exception_reaches_the_caller_with_type_and_message(bool isAfterAnAwait, string message)
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => Grain(Scene.NewKey("throw")).Throw(isAfterAnAwait));

        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public async Task An_exception_of_ones_own_keeps_its_facts()
    {
        var exception = await Assert.ThrowsAsync<SubjectException>(() => Grain(Scene.NewKey("throw")).ThrowOwn("This", 3));

        Assert.Equal("This is wrong in 3 ways.", exception.Message);
        Assert.Equal("This", exception.Subject);
        Assert.Equal(3, exception.Number);
    }

    [Fact]
    public async Task A_one_way_call_returns_before_the_grain_has_done_it()
    {
        var key = Scene.NewKey("one-way");

        await Grain(key).OpenLater(key);
        Scene.Open($"{key}/go");

        await Scene.WaitFor($"{key}/done");
    }

    [Fact]
    public async Task A_one_way_call_hides_the_failure()
    {
        var key = Scene.NewKey("unheard");

        await Grain(key).ThrowUnheard(key);
        await Scene.WaitFor(key);

        Assert.Equal(": ", await Grain(key).ReadKept());
    }

    [Fact]
    public async Task What_a_caller_changes_later_the_grain_does_not_see()
    {
        var key = Scene.NewKey("argument");
        var parcel = new Parcel { Name = "sent", Contents = ["a", "b"] };
        var kept = Grain(key).KeepAfter($"{key}/go", parcel);

        parcel.Name = "changed";
        parcel.Contents.Clear();
        Scene.Open($"{key}/go");
        await kept;

        Assert.Equal("sent: a,b", await Grain(key).ReadKept());
    }

    [Fact]
    public async Task What_a_caller_changes_in_an_answer_the_grain_does_not_see()
    {
        var key = Scene.NewKey("answer");
        await Grain(key).Keep(new Parcel { Name = "kept", Contents = ["a"] });

        var answer = await Grain(key).HandOut();
        answer.Name = "changed";
        answer.Contents.Add("b");

        Assert.Equal("kept: a", await Grain(key).ReadKept());
    }

    [Fact]
    public async Task Immutable_data_arrives_whole()
    {
        var label = new Label("text", Enumerable.Range(0, 1000).Select(i => (byte)i).ToArray());

        var echo = await Grain(Scene.NewKey("label")).Echo(label);

        Assert.Equal(label.Text, echo.Text);
        Assert.True(label.Data.Span.SequenceEqual(echo.Data.Span));
    }

    [Fact]
    public async Task The_request_context_flows_to_the_callee_and_on_from_there()
    {
        var key = Scene.NewKey("context");
        RequestContext.Set("colour", "red");

        Assert.Equal("red", await Grain(key).ReadContext("colour"));
        Assert.Equal("red", await Grain(key).ReadContextBehind("colour", $"{key}-next"));
        RequestContext.Remove("colour");
        Assert.Equal("none", await Grain(key).ReadContext("colour"));
    }

    [Fact]
    public async Task What_a_callee_changes_in_the_request_context_neither_its_caller_nor_the_next_request_sees()
    {
        var grain = Grain(Scene.NewKey("context-change"));
        RequestContext.Set("colour", "red");

        Assert.Equal("blue", await grain.ChangeContext("colour", "blue"));

        Assert.Equal("red", RequestContext.Get("colour"));
        Assert.Equal("red", await grain.ReadContext("colour"));
        RequestContext.Clear();
        Assert.Equal("none", await grain.ReadContext("colour"));
    }

    [Fact]
    public async Task Requests_that_wait_together_keep_their_contexts_apart()
    {
        var key = Scene.NewKey("context-apart");
        var held = Grain(key).KeepAfter($"{key}/go", new Parcel());
        var change = Grain(key).ChangeContext("colour", "blue");
        var read = Grain(key).ReadContext("colour");

        Scene.Open($"{key}/go");
        await held;

        Assert.Equal("blue", await change);
        Assert.Equal("none", await read);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 1)]
    [InlineData(250, 100)]
    [InlineData(50, 3)]
    public async Task An_enumeration_brings_every_element_in_order(int count, int batchSize)
    {
        var key = Scene.NewKey("count");
        Scene.Open($"{key}/go");

        var elements = new List<int>();
        await foreach (var element in Grain(key).Count(count, key).WithBatchSize(batchSize))
        {
            elements.Add(element);
        }

        Assert.Equal(Enumerable.Range(0, count), elements);
        await Scene.WaitFor($"{key}/ended");
    }

    [Fact]
    public async Task An_enumeration_that_is_left_ends_on_the_grain_too()
    {
        var key = Scene.NewKey("leave");

        await foreach (var element in Grain(key).Count(10, key).WithBatchSize(2))
        {
            if (element == 5)
            {
                break;
            }
        }

        await Scene.WaitFor($"{key}/ended");
    }

    [Fact]
    public async Task An_enumeration_can_be_cancelled_while_it_waits()
    {
        var key = Scene.NewKey("cancel-count");
        using var cancellation = new CancellationTokenSource();
        var elements = new List<int>();

        var enumeration = Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var element in Grain(key).Count(3, key, cancellation.Token).WithBatchSize(1))
            {
                elements.Add(element);
            }
        });
        await Scene.WaitFor($"{key}/counted");
        await cancellation.CancelAsync();
        await enumeration;

        Assert.Equal([0, 1, 2], elements);
        await Scene.WaitFor($"{key}/ended");
    }

    [Fact]
    public async Task A_grain_answers_others_while_an_enumeration_waits()
    {
        var key = Scene.NewKey("busy-count");
        var enumeration = Task.Run(async () =>
        {
            var count = 0;
            await foreach (var element in Grain(key).Count(3, key).WithBatchSize(1))
            {
                count++;
            }

            return count;
        });
        await Scene.WaitFor($"{key}/counted");

        Assert.Equal(": ", await Grain(key).ReadKept());

        Scene.Open($"{key}/go");
        Assert.Equal(3, await enumeration);
    }

    [Fact]
    public async Task An_enumeration_that_fails_brings_the_elements_before_and_the_exception()
    {
        var elements = new List<int>();

        var exception = await Assert.ThrowsAsync<SubjectException>(async () =>
        {
            await foreach (var element in Grain(Scene.NewKey("fail")).CountAndFail(3).WithBatchSize(1))
            {
                elements.Add(element);
            }
        });

        Assert.Equal([0, 1, 2], elements);
        Assert.Equal("The count", exception.Subject);
    }

    private ICallGrain Grain(string key) => host.Grains.GetGrain<ICallGrain>(key);
}
