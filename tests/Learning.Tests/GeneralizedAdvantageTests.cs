using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

public sealed class GeneralizedAdvantageTests
{
    [Theory]
    [InlineData(0.99, 0.95, true)]
    [InlineData(0.99, 0.95, false)]
    [InlineData(1, 1, true)]
    [InlineData(0.9, 0, false)]
    public void Advantages_equal_the_sum_of_discounted_errors(double discount, double traceDecay, bool terminated)
    {
        var (rewards, values) = RandomEpisode(17);

        var (advantages, returns) = Compute(rewards, values, terminated, 2.5, discount, traceDecay);

        for (var t = 0; t < rewards.Length; t++)
        {
            var expected = 0.0;
            for (var k = t; k < rewards.Length; k++)
            {
                var next = k == rewards.Length - 1 && terminated ? 0.0 : values[k + 1];
                expected += Math.Pow(discount * traceDecay, k - t) * ((rewards[k] / 2.5) + (discount * next) - values[k]);
            }

            Assert.Equal(expected, advantages[t], 1e-5);
            Assert.Equal(expected + values[t], returns[t], 1e-5);
        }
    }

    [Fact]
    public void Without_decay_the_value_target_is_the_discounted_return_and_a_truncated_episode_adds_the_last_value()
    {
        float[] rewards = [1, 2, 3];
        float[] values = [5, 6, 7, 8];

        var terminated = Compute(rewards, values, true, 1, 0.5, 1).Returns;
        var truncated = Compute(rewards, values, false, 1, 0.5, 1).Returns;

        Assert.Equal([2.75f, 3.5f, 3f], terminated);
        Assert.Equal([3.75f, 5.5f, 7f], truncated);
    }

    private static (float[] Advantages, float[] Returns) Compute(float[] rewards, float[] values, bool terminated, double scale, double discount, double traceDecay)
    {
        var (advantages, returns) = (new float[rewards.Length], new float[rewards.Length]);
        GeneralizedAdvantage.Compute(rewards, values, terminated, scale, discount, traceDecay, advantages, returns);
        return (advantages, returns);
    }

    private static (float[] Rewards, float[] Values) RandomEpisode(int length)
    {
        var random = new RandomStream(3);
        var (rewards, values) = (new float[length], new float[length + 1]);
        for (var t = 0; t <= length; t++)
        {
            values[t] = (float)random.NextNormal();
            if (t < length)
            {
                rewards[t] = (float)random.NextNormal();
            }
        }

        return (rewards, values);
    }
}
