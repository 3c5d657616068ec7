using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

public sealed class DarkChamberTests
{
    [Fact]
    public void The_picture_is_black_but_for_the_agents_faint_spot()
    {
        var environment = new DarkChamber();
        environment.Seed(new RandomStream(2));
        var observation = new byte[1024];
        for (var episode = 0; episode < 200; episode++)
        {
            observation.AsSpan().Fill(99);
            environment.Reset(observation);
            var lit = Enumerable.Range(0, 1024).Where(pixel => observation[pixel] != 0).ToList();
            Assert.Equal(9, lit.Count);
            Assert.All(lit, pixel => Assert.Equal(DarkChamber.AgentBrightness, observation[pixel]));
            var (top, left) = (lit[0] / 32, lit[0] % 32);
            Assert.Equal(from y in Enumerable.Range(0, 3) from x in Enumerable.Range(0, 3) select ((top + y) * 32) + left + x, lit);
            Assert.True((top - 1) % 3 == 0 && (left - 1) % 3 == 0 && top <= 28 && left <= 28);
        }

        Assert.InRange(DarkChamber.AgentBrightness / 255.0, 0.02, 0.05);
    }

    [Fact]
    public void Every_cell_has_a_picture_of_its_own_and_moves_follow_the_grid()
    {
        var environment = new DarkChamber();
        var pictures = new HashSet<string>();
        var visited = new HashSet<int>();
        var observation = new byte[1024];
        var random = new RandomStream(5);
        environment.Reset(observation);
        var cell = Cell(observation);
        for (var step = 0; step < 60_000; step++)
        {
            pictures.Add(Convert.ToHexString(observation));
            visited.Add(cell);
            var action = random.NextInt32(4);
            var result = environment.Step(BitConverter.GetBytes(action), observation);
            var (row, column) = (cell / 10, cell % 10);
            var expected = action switch
            {
                0 => (Math.Max(row - 1, 0) * 10) + column,
                1 => (row * 10) + Math.Min(column + 1, 9),
                2 => (Math.Min(row + 1, 9) * 10) + column,
                _ => (row * 10) + Math.Max(column - 1, 0),
            };
            Assert.Equal(expected, Cell(observation));
            Assert.Equal(new StepResult(expected == 99 ? 1 : 0, Terminated: expected == 99, Truncated: false), result);
            cell = expected;
            if (result.Terminated)
            {
                environment.Reset(observation);
                cell = Cell(observation);
                Assert.NotEqual(99, cell);
            }
        }

        Assert.Equal(99, visited.Count);
        Assert.Equal(99, pictures.Count);
    }

    [Fact]
    public void The_random_policys_success_is_the_exact_probability()
    {
        var occupation = Enumerable.Range(0, 100).Select(cell => cell == 99 ? 0 : 1.0 / 99).ToArray();
        var success = 0.0;
        for (var step = 0; step < 40; step++)
        {
            var next = new double[100];
            for (var cell = 0; cell < 100; cell++)
            {
                foreach (var (down, right) in new[] { (-1, 0), (0, 1), (1, 0), (0, -1) })
                {
                    next[(Math.Clamp((cell / 10) + down, 0, 9) * 10) + Math.Clamp((cell % 10) + right, 0, 9)] += occupation[cell] / 4;
                }
            }

            success += next[99];
            next[99] = 0;
            occupation = next;
        }

        Assert.Equal(success, EnvironmentRegistry.Find("dark-chamber").Spec.RandomSuccess!.Value, 4);

        // The 99.9 % interval of a share over 20,000 episodes.
        const int Episodes = 20_000;
        var measured = Stepping.RunRandom("dark-chamber", seed: 3, Episodes).Successes / (double)Episodes;
        var halfWidth = 3.29 * Math.Sqrt(success * (1 - success) / Episodes);
        Assert.InRange(measured, success - halfWidth, success + halfWidth);
    }

    private static int Cell(byte[] observation)
    {
        var first = Array.FindIndex(observation, pixel => pixel != 0);
        return ((((first / 32) - 1) / 3) * 10) + (((first % 32) - 1) / 3);
    }
}
