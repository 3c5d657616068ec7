using MemoryRL.Cli;

namespace MemoryRL.Programs.Tests;

public sealed class StepRateTests
{
    [Fact]
    public void A_steady_pace_is_its_rate_whatever_the_reading_times()
    {
        var rate = new StepRate();
        foreach (var seconds in (double[])[0.25, 0.5, 3, 3.25, 9, 20])
        {
            rate.Add(seconds, (long)(400 * seconds), (long)(100 * seconds));

            Assert.Equal(400, rate.StepsPerSecond, 1e-9);
            Assert.Equal(0.25, rate.AdviceShare, 1e-9);
        }
    }

    [Fact]
    public void Bursts_far_apart_never_read_as_a_standstill_and_average_to_the_true_rate()
    {
        var rate = new StepRate();
        var sum = 0.0;
        for (var second = 1; second <= 400; second++)
        {
            // 800 steps in each eighth second, none between.
            rate.Add(second, second / 8 * 800, second / 8 * 400);
            if (second >= 16)
            {
                Assert.InRange(rate.StepsPerSecond, 50, 160);
                Assert.Equal(0.5, rate.AdviceShare);
                sum += rate.StepsPerSecond;
            }
        }

        Assert.InRange(sum / 385, 75, 125);
    }

    [Fact]
    public void A_standstill_reads_as_one_and_keeps_the_last_share_of_advice()
    {
        var rate = new StepRate();
        Assert.Equal(double.NaN, rate.AdviceShare);
        rate.Add(1, 0, 0);
        Assert.Equal((0, double.NaN), (rate.StepsPerSecond, rate.AdviceShare));
        rate.Add(2, 100, 30);
        for (var second = 3; second <= 70; second++)
        {
            rate.Add(second, 100, 30);
        }

        Assert.Equal((0, 0.3), (rate.StepsPerSecond, rate.AdviceShare));
    }

    [Fact]
    public void A_new_pace_is_seen_after_a_few_seconds()
    {
        var rate = new StepRate();
        for (var second = 1; second <= 100; second++)
        {
            rate.Add(second, 10 * second, 0);
        }

        for (var second = 101; second <= 106; second++)
        {
            rate.Add(second, 1000 + (500 * (second - 100)), 500 * (second - 100));
        }

        Assert.Equal((500, 1), (rate.StepsPerSecond, rate.AdviceShare));
    }
}
