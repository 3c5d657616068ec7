using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Checks what a learner is asked to be.</summary>
internal static class LearnerSpecChecks
{
    // A timer's longest period in .NET.
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMilliseconds(uint.MaxValue - 1L);

    /// <summary>Checks every value of a spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <exception cref="InvalidInputException">A value is not allowed; the message names it.</exception>
    public static void Check(LearnerSpecMessage spec)
    {
        Require(spec.Algorithm, "learner.algorithm", "the name of an algorithm");
        Require(spec.MemoryName, "learner.memory_name", "the name of a memory");
        Require(spec.PolicyName, "learner.policy_name", "the name of a policy");
        if (spec.Device is not ("auto" or "cpu" or "cuda"))
        {
            throw new InvalidInputException("learner.device", "auto, cpu or cuda", $"'{spec.Device}'");
        }

        if (spec.PublishPeriod < 1)
        {
            throw new InvalidInputException("learner.publish_period", "1 or more feedings", spec.PublishPeriod.ToString(CultureInfo.InvariantCulture));
        }

        if (spec.CheckpointPeriod <= TimeSpan.Zero || spec.CheckpointPeriod > LongestPeriod)
        {
            throw new InvalidInputException("learner.checkpoint_period", $"more than 0 and at most {LongestPeriod}", spec.CheckpointPeriod.ToString());
        }

        if (spec.Options is null)
        {
            throw new InvalidInputException("learner.options", "options by name, perhaps none", "null");
        }
    }

    /// <summary>Checks that a memory keeps the columns that an algorithm needs.</summary>
    /// <param name="factory">The algorithm.</param>
    /// <param name="experience">What the memory's steps are made of.</param>
    /// <exception cref="InvalidInputException">A column is missing; the message names it.</exception>
    public static void CheckColumns(ILearnerFactory factory, ExperienceSpec experience)
    {
        foreach (var column in factory.RequiredColumns)
        {
            if (!experience.ExtraColumns.Contains(column))
            {
                var found = string.Join(", ", experience.ExtraColumns.Select(extra => extra.Name));
                throw new InvalidInputException("spec.extra_columns", $"a column '{column.Name}', which {factory.Algorithm} needs,", found.Length == 0 ? "none" : found);
            }
        }
    }

    private static void Require(string value, string field, string expected)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new InvalidInputException(field, expected, value is null ? "null" : $"'{value}'");
        }
    }
}
