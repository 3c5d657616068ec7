using System.ComponentModel.DataAnnotations;

namespace MemoryRL.Grains;

/// <summary>Options of an Orleans cluster; bound from <c>MemoryRL:Cluster</c>.</summary>
public sealed class MemoryRLClusterOptions
{
    /// <summary>Gets or sets the cluster's id: silos and clients of one id find each other.</summary>
    /// <value>The default is <c>memoryrl</c>.</value>
    [Required]
    public string ClusterId { get; set; } = "memoryrl";

    /// <summary>Gets or sets the service's id, under which grain state is kept.</summary>
    /// <value>The default is <c>memoryrl</c>.</value>
    [Required]
    public string ServiceId { get; set; } = "memoryrl";

    /// <summary>Gets or sets the port by which silos talk to this silo.</summary>
    /// <value>The default is 11111.</value>
    [Range(1, 65_535)]
    public int SiloPort { get; set; } = 11_111;

    /// <summary>Gets or sets the port by which clients talk to this silo.</summary>
    /// <value>The default is 30000.</value>
    [Range(1, 65_535)]
    public int GatewayPort { get; set; } = 30_000;

    /// <summary>Gets or sets the address and port of the first silo on this machine, for a second one to join it, such as <c>127.0.0.1:11111</c>.</summary>
    /// <value>The default is none: this silo is the first.</value>
    public string? PrimarySilo { get; set; }

    /// <summary>Gets or sets the gateway that a client connects to, such as <c>127.0.0.1:30000</c>.</summary>
    /// <value>The default is none: the gateway port on this machine.</value>
    public string? Gateway { get; set; }

    /// <summary>
    /// Gets or sets whether silos and clients find each other through the provider that the configuration registers under
    /// <c>Orleans:Clustering</c> in place of localhost clustering.
    /// </summary>
    /// <value>The default is false.</value>
    public bool UseConfiguredClustering { get; set; }
}
