using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MemoryRL.Grains;
using MemoryRL.Learning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemoryRL.Silo;

/// <summary>Builds the server from its configuration, runs it, and says in one line what went wrong.</summary>
internal static partial class SiloProgram
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int BadConfiguration = 2;

    private static string Version { get; } = (typeof(SiloProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    /// <summary>Runs the silo until it is told to stop.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Where help goes.</param>
    /// <param name="error">Where faults go.</param>
    /// <returns>0 after an orderly stop, 1 when something went wrong, 2 when the configuration is not allowed.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        if (args is ["--help" or "-h" or "-?"])
        {
            WriteHelp(output);
            return Done;
        }

        if (args is ["--version"])
        {
            WriteVersion(output);
            return Done;
        }

        WebApplication silo;
        try
        {
            CheckArguments(args);
            silo = Build(args);
        }
        catch (OptionsValidationException fault)
        {
            return Report(error, fault.Failures, BadConfiguration);
        }
        catch (Exception fault) when (fault is ConfigurationFaultException or InvalidDataException or InvalidOperationException)
        {
            return Report(error, fault is ConfigurationFaultException faults ? faults.Faults : [$"{fault.Message} {fault.InnerException?.Message}".Trim()], BadConfiguration);
        }

        await using (silo)
        {
            return await ServeAsync(silo, error);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The outermost boundary: whatever went wrong becomes one line and an exit code.")]
    private static async Task<int> ServeAsync(WebApplication silo, TextWriter error)
    {
        try
        {
            await silo.StartAsync();
            LogReady(silo.Logger, Version, silo.Urls.First());
            await silo.WaitForShutdownAsync();
            LogStopped(silo.Logger);
            return Done;
        }
        catch (OptionsValidationException fault)
        {
            return Report(error, fault.Failures, BadConfiguration);
        }
        catch (Exception fault)
        {
            return Report(error, [fault.Message], Failed);
        }
    }

    private static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory, ApplicationName = "memoryrl-silo" });
        ConfigurationFaultException.ThrowIfAny(ConfigurationKeys.FindUnknown(builder.Configuration));
        var options = builder.Configuration.GetSection(SiloOptions.SectionName).Get<SiloOptions>() ?? new SiloOptions();
        var check = new SiloOptionsValidator().Validate(name: null, options);
        ConfigurationFaultException.ThrowIfAny(check.Failures ?? []);
        builder.WebHost.UseUrls(options.Url);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.AddTelemetryExport("memoryrl-silo", Version);
        builder.AddMemoryRL();
        foreach (var factory in LearningAlgorithms.LearnerFactories)
        {
            builder.Services.AddSingleton(factory);
        }

        foreach (var factory in LearningAlgorithms.ValueFunctionFactories)
        {
            builder.Services.AddSingleton(factory);
        }

        builder.Services.AddHealthChecks().AddCheck<GrainsHealthCheck>("grains", tags: ["ready"]);
        var silo = builder.Build();
        silo.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        silo.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        return silo;
    }

    // The configuration's own reader passes over what it does not understand.
    private static void CheckArguments(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            ConfigurationFaultException.ThrowIfAny(args[i].StartsWith("--", StringComparison.Ordinal) ? [] : [$"{args[i]}: expected --Section:Key=value or --Section:Key value."]);
            if (!args[i].Contains('=', StringComparison.Ordinal))
            {
                i++;
                ConfigurationFaultException.ThrowIfAny(i < args.Length ? [] : [$"{args[i - 1]}: expected a value after it."]);
            }
        }
    }

    private static int Report(TextWriter error, IEnumerable<string> faults, int exitCode)
    {
        foreach (var fault in faults)
        {
            error.WriteLine($"memoryrl-silo: {fault.ReplaceLineEndings(" ")}");
        }

        return exitCode;
    }

    private static void WriteVersion(TextWriter output) => output.WriteLine(Version);

    private static void WriteHelp(TextWriter output)
    {
        output.WriteLine($"memoryrl-silo {Version}: serves MemoryRL's grains until it is told to stop (SIGTERM, Ctrl-C).");
        output.WriteLine();
        output.WriteLine("Configuration, the later one wins: appsettings.json beside the program, the environment (Silo__Url=...), arguments (--Silo:Url=...).");
        output.WriteLine("Health: GET /health/live answers while the process runs, /health/ready while grains answer.");
        output.WriteLine();
        foreach (var (key, value) in ConfigurationKeys.List())
        {
            output.WriteLine($"  --{key,-40} {(value.Length > 0 ? $"[default: {value}]" : "[default: none]")}");
        }
    }

    [LoggerMessage(EventId = 9100, EventName = "SiloReady", Level = LogLevel.Information, Message = "memoryrl-silo {Version} is ready; health at {Url}/health/ready.")]
    private static partial void LogReady(ILogger logger, string version, string url);

    [LoggerMessage(EventId = 9101, EventName = "SiloStopped", Level = LogLevel.Information, Message = "memoryrl-silo has stopped in order.")]
    private static partial void LogStopped(ILogger logger);
}
