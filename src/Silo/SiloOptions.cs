using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MemoryRL.Silo;

/// <summary>Options of the server program; bound from the section <c>Silo</c>.</summary>
internal sealed class SiloOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Silo";

    /// <summary>Gets or sets where <c>/health/live</c> and <c>/health/ready</c> are served.</summary>
    /// <value>The default is <c>http://127.0.0.1:5080</c>; port 0 takes a free port, which the first log line names.</value>
    [Required]
    public string Url { get; set; } = "http://127.0.0.1:5080";

    /// <summary>Gets or sets how long an orderly stop may take: grains deactivated, snapshots and checkpoints written.</summary>
    /// <value>The default is one minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Checks <see cref="SiloOptions"/> by their attributes.</summary>
[OptionsValidator]
internal sealed partial class SiloOptionsValidator : IValidateOptions<SiloOptions>;

/// <summary>Checks what attributes cannot say.</summary>
internal sealed class SiloUrlValidator : IValidateOptions<SiloOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SiloOptions options) =>
        Uri.TryCreate(options.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{SiloOptions.SectionName}:{nameof(SiloOptions.Url)}: expected an address such as http://127.0.0.1:5080 but got '{options.Url}'.");
}
