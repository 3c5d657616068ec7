using Microsoft.Extensions.Options;

namespace MemoryRL.Silo;

/// <summary>Options of the server program; bound from the section <c>Silo</c>.</summary>
internal sealed class SiloOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Silo";

    /// <summary>Gets or sets where <c>/health/live</c> and <c>/health/ready</c> are served.</summary>
    /// <value>The default is <c>http://127.0.0.1:5080</c>; port 0 takes a free port, which the first log line names.</value>
    public string Url { get; set; } = "http://127.0.0.1:5080";
}

/// <summary>Checks <see cref="SiloOptions"/>; every message names its key.</summary>
internal sealed class SiloOptionsValidator : IValidateOptions<SiloOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SiloOptions options)
    {
        var faults = new List<string>();
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            faults.Add($"{SiloOptions.SectionName}:{nameof(options.Url)}: expected an address such as http://127.0.0.1:5080 but got '{options.Url}'.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
