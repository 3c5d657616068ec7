using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>What mechanics says of the classic tasks, whoever wrote them.</summary>
public sealed class ClassicPhysicsTests
{
    [Fact]
    public void A_pendulum_left_alone_near_its_rest_swings_with_the_period_of_its_rod()
    {
        // A rod about its end: period 2 pi sqrt(2 l / 3 g) = 1.6223 s, in steps of 0.05 s.
        var pendulum = new Pendulum();
        var observation = new byte[12];
        pendulum.SetState([Math.PI + 0.01], [0], observation);
        var (first, last, crossings, before) = (0.0, 0.0, 0, 0.01);
        for (var step = 1; step <= 2000; step++)
        {
            pendulum.Step(new byte[4], observation);
            var (position, velocity) = pendulum.State();
            var angle = position[0] - Math.PI;
            if (before < 0 && angle >= 0)
            {
                last = step - (angle / (angle - before));
                first = crossings == 0 ? last : first;
                crossings++;
            }

            before = angle;
            Assert.True(Math.Abs(angle) < 0.0125 && Math.Abs(velocity[0]) < 0.05);
        }

        Assert.Equal(2 * Math.PI * Math.Sqrt(2.0 / 30) / 0.05, (last - first) / (crossings - 1), 0.06);
    }

    [Fact]
    public void An_acrobot_without_torque_keeps_its_energy()
    {
        var acrobot = new Acrobot();
        var observation = new byte[24];
        var random = new RandomStream(12);
        for (var trial = 0; trial < 200; trial++)
        {
            double[] positions = [Draw(ref random), Draw(ref random)];
            double[] velocities = [Draw(ref random), Draw(ref random)];
            acrobot.SetState(positions, velocities, observation);
            var energy = Energy(positions, velocities);
            acrobot.Step(BitConverter.GetBytes(1), observation);
            var (nextPositions, nextVelocities) = acrobot.State();

            // One step of order 4 over 0.2 s leaves little of energies that go up to 40 J.
            Assert.Equal(energy, Energy(nextPositions, nextVelocities), 0.02);
        }

        static double Draw(ref RandomStream random) => (2 * random.NextDouble()) - 1;
    }

    [Fact]
    public void A_car_at_the_left_wall_stops()
    {
        var car = new MountainCar();
        var observation = new byte[8];
        car.SetState([-1.19], [-0.07], observation);
        car.Step(new byte[4], observation);
        Assert.Equal([-1.2f, 0f], MemoryMarshal.Cast<byte, float>(observation).ToArray());
    }

    // Links of 1 kg, 1 m, inertia 1 about their middles; angles from hanging.
    private static double Energy(ReadOnlySpan<double> angles, ReadOnlySpan<double> rates)
    {
        var (both, rate) = (angles[0] + angles[1], rates[0] + rates[1]);
        var (x, y) = ((Math.Cos(angles[0]) * rates[0]) + (0.5 * Math.Cos(both) * rate), (Math.Sin(angles[0]) * rates[0]) + (0.5 * Math.Sin(both) * rate));
        var kinetic = 0.5 * ((1.25 * rates[0] * rates[0]) + (x * x) + (y * y) + (rate * rate));
        return kinetic - (9.8 * ((1.5 * Math.Cos(angles[0])) + (0.5 * Math.Cos(both))));
    }
}
