namespace MemoryRL.Core;

/// <summary>
/// Where each field of a step lies in its arena row: observation, action, reward, policy version, extra columns, flags. A step's fields lie
/// together because sampling then touches two or three cache lines instead of one or more a column.
/// </summary>
internal sealed class RowLayout
{
    /// <summary>The flag of a row that holds a whole step; a row without it holds only an episode's last observation.</summary>
    public const byte StepFlag = 1;

    /// <summary>The flag of a step that ended the task.</summary>
    public const byte TerminatedFlag = 2;

    /// <summary>The flag of a step after which a time limit cut the episode.</summary>
    public const byte TruncatedFlag = 4;

    /// <summary>Computes the layout.</summary>
    /// <param name="spec">What a step is made of.</param>
    public RowLayout(ExperienceSpec spec)
    {
        ObservationBytes = spec.Observation.ByteCount;
        ActionBytes = spec.Action.ByteCount;
        Action = ObservationBytes;
        Reward = Action + ActionBytes;
        PolicyVersion = Reward + sizeof(float);
        var offset = PolicyVersion + sizeof(long);
        Extras = new int[spec.ExtraColumns.Length];
        ExtraBytes = new int[spec.ExtraColumns.Length];
        for (var i = 0; i < Extras.Length; i++)
        {
            Extras[i] = offset;
            ExtraBytes[i] = spec.ExtraColumns[i].ByteCount;
            offset += ExtraBytes[i];
        }

        Flags = offset;
        Stride = (offset + 1 + 7) & ~7;
    }

    /// <summary>Gets the bytes of an observation, which starts the row.</summary>
    public int ObservationBytes { get; }

    /// <summary>Gets the bytes of an action.</summary>
    public int ActionBytes { get; }

    /// <summary>Gets where the action lies.</summary>
    public int Action { get; }

    /// <summary>Gets where the reward lies.</summary>
    public int Reward { get; }

    /// <summary>Gets where the policy version lies.</summary>
    public int PolicyVersion { get; }

    /// <summary>Gets where each extra column lies.</summary>
    public int[] Extras { get; }

    /// <summary>Gets the bytes of each extra column.</summary>
    public int[] ExtraBytes { get; }

    /// <summary>Gets where the flags lie.</summary>
    public int Flags { get; }

    /// <summary>Gets the bytes from one row to the next, a multiple of 8.</summary>
    public int Stride { get; }
}
