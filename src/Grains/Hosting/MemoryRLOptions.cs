using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MemoryRL.Grains;

/// <summary>Options of the host of the grains; bound from the <c>MemoryRL</c> section, where an unknown key is an error.</summary>
public sealed class MemoryRLOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "MemoryRL";

    /// <summary>Gets or sets where grain state is kept.</summary>
    /// <value>The default is <see cref="GrainStorageKind.Memory"/>.</value>
    [EnumDataType(typeof(GrainStorageKind))]
    public GrainStorageKind Storage { get; set; }

    /// <summary>Gets or sets the folder of the grain state, with <see cref="GrainStorageKind.Folder"/>; one process uses it at a time.</summary>
    /// <value>The default is none; it is needed with <see cref="GrainStorageKind.Folder"/> and an error otherwise.</value>
    public string? StorageFolder { get; set; }

    /// <summary>Gets or sets how many versions of a policy are kept.</summary>
    /// <value>The default is 8 versions.</value>
    [Range(1, 10_000)]
    public int PolicyVersionsKept { get; set; } = 8;

    /// <summary>Gets or sets the time between writes of a policy's bundles while new ones come; they are always written at an orderly stop.</summary>
    /// <value>The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan PolicySavePeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how many learners of this process train at the same moment; others wait for their turn between updates.</summary>
    /// <value>The default is 0: as many as the process has processors.</value>
    [Range(0, 1024)]
    public int LearnerThreads { get; set; }

    /// <summary>Gets or sets how long a grain call may take before its caller gives up; waits inside a call must be shorter.</summary>
    /// <value>The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long an orderly stop may take, of the host as of each grain: snapshots, checkpoints and policies are written in it.</summary>
    /// <value>The default is 2 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets the cluster that a silo or a client joins; only a build with <c>GrainHost=Orleans</c> can.</summary>
    /// <value>The default is none: a silo is a cluster of its own on this machine.</value>
    [ValidateObjectMembers]
    public MemoryRLClusterOptions? Cluster { get; set; }
}
