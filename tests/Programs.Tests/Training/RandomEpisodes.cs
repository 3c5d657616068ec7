using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Environments;

namespace MemoryRL.Programs.Tests;

/// <summary>Data sets of episodes that were acted at random.</summary>
internal static class RandomEpisodes
{
    public static string Write(string path, string task, int count, ulong seed)
    {
        var environment = EnvironmentRegistry.Create(task);
        var spec = environment.Spec.Experience;
        var (observation, action) = (new byte[spec.Observation.ByteCount], new byte[spec.Action.ByteCount]);
        var random = new RandomStream(seed);
        environment.Seed(random);
        var episodes = new List<AgentEpisode>();
        using var builder = new EpisodeBuilder(spec);
        while (episodes.Count < count)
        {
            environment.Reset(observation);
            builder.Reset(observation);
            var result = default(StepResult);
            while (!result.Terminated && !result.Truncated)
            {
                foreach (ref var value in MemoryMarshal.Cast<byte, float>(action.AsSpan()))
                {
                    value = (2 * random.NextSingle()) - 1;
                }

                result = environment.Step(action, observation);
                builder.Add(action, result.Reward, observation);
            }

            var id = new Guid(episodes.Count + 1, 0, 0, new byte[8]);
            episodes.Add(new AgentEpisode(builder.Build(id, result.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated), "agent", EpisodeOutcome.Undecided));
        }

        EpisodeFile.Save(path, spec, episodes);
        return path;
    }
}
