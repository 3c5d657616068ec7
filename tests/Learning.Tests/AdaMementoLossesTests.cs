using static TorchSharp.torch;

namespace MemoryRL.Learning.Tests;

public sealed class AdaMementoLossesTests
{
    [Fact]
    public void The_discrete_prediction_loss_is_the_mean_cross_entropy()
    {
        using var scope = NewDisposeScope();
        float[] logits = [1, 2, 3, 0, 0, 5];

        var loss = AdaMementoLosses.Prediction(tensor(logits, [2, 3]), tensor(new float[] { 0, 1, 0, 0, 0, 1 }, [2, 3]), isDiscrete: true).item<float>();

        var expected = -(Math.Log(PlainNetwork.Softmax([1, 2, 3])[1]) + Math.Log(PlainNetwork.Softmax([0, 0, 5])[2])) / 2;
        Assert.Equal(expected, loss, 1e-5);
    }

    [Fact]
    public void The_box_prediction_loss_is_the_negative_log_density_of_a_normal_with_deviation_one_fifth()
    {
        using var scope = NewDisposeScope();
        float[] mean = [0.1f, -0.3f, 0.5f, 0f];
        float[] action = [0.2f, -0.1f, 0.4f, 1f];

        var loss = AdaMementoLosses.Prediction(tensor(mean, [2, 2]), tensor(action, [2, 2]), isDiscrete: false).item<float>();

        var expected = 0.0;
        for (var i = 0; i < 4; i++)
        {
            expected -= Math.Log(Math.Exp(-Math.Pow((action[i] - mean[i]) / 0.2, 2) / 2) / (0.2 * Math.Sqrt(2 * Math.PI)));
        }

        Assert.Equal(expected / 2, loss, 1e-4);
    }

    [Fact]
    public void The_reflection_loss_is_the_binary_cross_entropy_and_stays_finite_at_extreme_logits()
    {
        using var scope = NewDisposeScope();
        float[] logits = [0.5f, -1, 2, -300];
        float[] labels = [1, 0, 0, 0];

        var loss = AdaMementoLosses.Reflection(tensor(logits), tensor(labels)).item<float>();
        var extreme = AdaMementoLosses.Reflection(tensor(new float[] { -300 }), tensor(new float[] { 1 })).item<float>();

        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        Assert.Equal(-(Math.Log(Sigmoid(0.5)) + Math.Log(1 - Sigmoid(-1)) + Math.Log(1 - Sigmoid(2))) / 4, loss, 1e-5);
        Assert.Equal(300, extreme, 1e-3);
    }

    [Fact]
    public void A_failure_step_counts_as_success_exactly_where_its_pair_is_among_the_successes()
    {
        var success = Samples.GridSteps((1, 2), (3, 0), (1, 2));
        var failure = Samples.GridSteps((1, 2), (2, 1), (1, 0), (3, 0), (0, 3));

        var labels = SharedPairs.Label(success, failure);

        Assert.Equal([1, 0, 0, 1, 0], labels);
    }

    [Fact]
    public void Shared_pairs_agree_with_a_comparison_of_all_pairs()
    {
        var success = Samples.Transitions(Samples.Grid, 1, 25);
        var failure = Samples.Transitions(Samples.Grid, 2, 60);

        var labels = SharedPairs.Label(success, failure);

        for (var i = 0; i < failure.Count; i++)
        {
            var shared = false;
            for (var j = 0; j < success.Count; j++)
            {
                shared |= failure.Observations.Slice(4 * i, 4).SequenceEqual(success.Observations.Slice(4 * j, 4)) && failure.Actions.Slice(4 * i, 4).SequenceEqual(success.Actions.Slice(4 * j, 4));
            }

            Assert.Equal(shared ? 1 : 0, labels[i]);
        }

        Assert.Contains(0f, labels);
        Assert.Contains(1f, labels);
    }
}
