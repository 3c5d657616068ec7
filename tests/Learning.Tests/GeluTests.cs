namespace MemoryRL.Learning.Tests;

public sealed class GeluTests
{
    /// <summary>The oracle is erf by its Maclaurin series in double precision, which converges everywhere.</summary>
    [Fact]
    public void Gelu_is_exact_to_three_ten_millionths_of_its_argument_everywhere()
    {
        var inputs = new float[40_003];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = (i - 20_001) * 0.0003f;
        }

        var values = inputs.ToArray();
        Gelu.Apply(values);

        for (var i = 0; i < inputs.Length; i++)
        {
            var x = (double)inputs[i];
            var expected = x / 2 * (1 + Erf(x / Math.Sqrt(2)));
            Assert.True(Math.Abs(expected - values[i]) <= 3e-7 * Math.Max(1, Math.Abs(x)), $"gelu({x}) = {values[i]} instead of {expected}");
        }
    }

    [Fact]
    public void Infinities_and_not_a_number_go_the_way_of_the_formula()
    {
        float[] values = [float.PositiveInfinity, float.NaN, 30, -30, 0, 1e30f, -100];

        Gelu.Apply(values);

        Assert.Equal(float.PositiveInfinity, values[0]);
        Assert.Equal(float.NaN, values[1]);
        Assert.Equal([30f, 0f, 0f, 1e30f, 0f], values[2..].Select(value => value == 0 ? 0f : value));
    }

    private static double Erf(double x)
    {
        var (sum, term) = (0.0, x);
        for (var n = 0; Math.Abs(term) > 1e-18; n++)
        {
            sum += term / ((2 * n) + 1);
            term *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
