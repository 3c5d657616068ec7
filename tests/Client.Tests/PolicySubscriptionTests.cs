using System.Threading.Channels;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client.Tests;

public sealed class PolicySubscriptionTests
{
    private readonly FakeGrains _grains = new();
    private readonly FakePolicyGrain _grain = new();
    private readonly FakePolicyFactory _factory = new();
    private readonly ManualTime _time = new();

    public PolicySubscriptionTests() => _grains.Add<IPolicyGrain>("four-rooms", _grain);

    [Fact]
    public async Task The_newest_version_is_handed_out_when_a_thread_asks()
    {
        await using var subscription = Subscribe();
        Assert.Null(subscription.Refresh(null));
        Assert.Equal(0, subscription.Version);
        Assert.Null(subscription.Age);

        _grain.Publish(3, FakePolicyFactory.Bundle(3), publishedAt: _time.GetUtcNow());
        Assert.Equal(3, await subscription.WaitForNewerAsync(0).WaitAsync(Samples.Patience));
        var first = Assert.IsType<FakePolicy>(subscription.Refresh(null));
        Assert.Equal(3, first.Version);
        Assert.Same(first, subscription.Refresh(first));
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(7), subscription.Age);

        _grain.Publish(8, FakePolicyFactory.Bundle(8), _time.GetUtcNow());
        Assert.Equal(8, await subscription.WaitForNewerAsync(3).WaitAsync(Samples.Patience));
        Assert.False(first.IsDisposed);
        var second = subscription.Refresh(first)!;
        Assert.Equal(8, second.Version);
        Assert.True(first.IsDisposed);
        Assert.Equal([0, 3, 8], _grain.Asked.Take(3));
    }

    [Fact]
    public async Task Every_thread_has_a_policy_of_its_own()
    {
        await using var subscription = Subscribe();
        _grain.Publish(1, FakePolicyFactory.Bundle(1), _time.GetUtcNow());
        await subscription.WaitForNewerAsync(0).WaitAsync(Samples.Patience);
        Assert.NotSame(subscription.Refresh(null), subscription.Refresh(null));
    }

    [Fact]
    public async Task A_question_that_fails_is_asked_again_and_the_policy_stays()
    {
        // A real clock with a short pause: the question is repeated whenever that may be.
        await using var subscription = new PolicySubscription(
            _grains.Factory, "four-rooms", [_factory], new PolicySubscriptionOptions { RetryPause = TimeSpan.FromMilliseconds(1) });
        _grain.Publish(1, FakePolicyFactory.Bundle(1), _time.GetUtcNow());
        await subscription.WaitForNewerAsync(0).WaitAsync(Samples.Patience);
        var policy = subscription.Refresh(null);
        _grain.Fail(new TimeoutException("Response did not arrive on time."));
        Assert.Same(policy, subscription.Refresh(policy));
        _grain.Publish(2, FakePolicyFactory.Bundle(2), _time.GetUtcNow());
        Assert.Equal(2, await subscription.WaitForNewerAsync(1).WaitAsync(Samples.Patience));
    }

    [Fact]
    public async Task A_damaged_bundle_fails_the_subscription()
    {
        await using var subscription = Subscribe();
        _grain.Publish(1, new byte[3], _time.GetUtcNow());
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => subscription.WaitForNewerAsync(0).WaitAsync(Samples.Patience));
        Assert.IsType<SafetensorsFormatException>(error.InnerException);
        Assert.Throws<InvalidOperationException>(() => subscription.Refresh(null));
    }

    [Fact]
    public async Task An_algorithm_that_nobody_registered_is_named_with_those_that_are()
    {
        await using var subscription = Subscribe();
        _grain.Publish(1, FakePolicyFactory.Bundle(1), _time.GetUtcNow(), algorithm: "vem");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => subscription.WaitForNewerAsync(0).WaitAsync(Samples.Patience));
        Assert.Equal("Policy 'four-rooms' cannot be followed: policy.algorithm: expected one of fake but got 'vem'.", error.Message);
    }

    [Fact]
    public async Task Waiting_for_a_version_ends_when_the_caller_cancels()
    {
        await using var subscription = Subscribe();
        using var cancellation = new CancellationTokenSource();
        var waiting = subscription.WaitForNewerAsync(0, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Samples.Patience));
    }

    private PolicySubscription Subscribe() => new(_grains.Factory, "four-rooms", [_factory], time: _time);

    private sealed class FakePolicyGrain
    {
        private readonly Channel<Func<PolicyBundle>> _answers = Channel.CreateUnbounded<Func<PolicyBundle>>();

        public List<long> Asked { get; } = [];

        public void Publish(long version, byte[] bundle, DateTimeOffset publishedAt, string algorithm = "fake") => _answers.Writer.TryWrite(
            () => new PolicyBundle(version, algorithm, publishedAt, new Columns(ColumnsKind.Safetensors, 0, 1, bundle)));

        public void Fail(Exception error) => _answers.Writer.TryWrite(() => throw error);

        public async Task<PolicyBundle?> GetNewerAsync(long version, TimeSpan maxWait, CancellationToken cancellationToken)
        {
            Asked.Add(version);
            var answer = await _answers.Reader.ReadAsync(cancellationToken);
            return answer();
        }
    }
}
