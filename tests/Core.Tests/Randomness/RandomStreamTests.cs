namespace MemoryRL.Core.Tests;

public sealed class RandomStreamTests
{
    [Fact]
    public void The_numbers_are_those_of_the_reference_implementation()
    {
        // xoshiro256starstar.c with the state 1, 2, 3, 4.
        var random = new RandomStream(0) { State = (1, 2, 3, 4) };
        ulong[] expected = [11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576];

        Assert.Equal(expected, Enumerable.Range(0, 10).Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void Streams_of_one_seed_differ_and_the_state_resumes_exactly()
    {
        var (first, second) = (new RandomStream(1, 0), new RandomStream(1, 1));
        Assert.NotEqual(first.NextUInt64(), second.NextUInt64());

        var resumed = new RandomStream(99) { State = first.State };
        Assert.Equal(first, resumed);
        Assert.Equal(first.NextNormal(), resumed.NextNormal());
        Assert.Throws<ArgumentException>(() => resumed.State = (0, 0, 0, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(1_000)]
    public void Whole_numbers_are_uniform_below_their_bound(int bound)
    {
        var random = new RandomStream(5);
        var (narrow, wide) = (new int[bound], new int[bound]);
        const int Draws = 300_000;
        for (var i = 0; i < Draws; i++)
        {
            narrow[random.NextInt32(bound)]++;
            wide[random.NextInt64(bound)]++;
        }

        // Mean plus five deviations of the chi-square distribution.
        var limit = bound - 1 + (5 * Math.Sqrt(2.0 * Math.Max(1, bound - 1)));
        var expected = (double)Draws / bound;
        Assert.InRange(narrow.Sum(count => (count - expected) * (count - expected) / expected), 0, limit);
        Assert.InRange(wide.Sum(count => (count - expected) * (count - expected) / expected), 0, limit);
    }

    [Fact]
    public void Fractions_lie_in_their_interval_and_normals_have_mean_0_and_deviation_1()
    {
        var random = new RandomStream(6);
        var (sum, squares, fractions, outside) = (0.0, 0.0, 0.0, 0);
        const int Draws = 200_000;
        for (var i = 0; i < Draws; i++)
        {
            var normal = random.NextNormal();
            var (fraction, single) = (random.NextDouble(), random.NextSingle());
            sum += normal;
            squares += normal * normal;
            fractions += fraction;
            outside += fraction is >= 0 and < 1 && single is >= 0 and < 1 ? 0 : 1;
        }

        Assert.Equal(0, outside);

        // Five standard errors.
        var error = 5 / Math.Sqrt(Draws);
        Assert.InRange(sum / Draws, -error, error);
        Assert.InRange(squares / Draws, 1 - (error * Math.Sqrt(2)), 1 + (error * Math.Sqrt(2)));
        Assert.InRange(fractions / Draws, 0.5 - (error / Math.Sqrt(12)), 0.5 + (error / Math.Sqrt(12)));
    }
}
