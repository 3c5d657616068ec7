using System.Text.Json;

namespace MemoryRL.Cli;

/// <summary>The folder that a run leaves behind, and every path in it.</summary>
/// <param name="path">The folder.</param>
internal sealed class RunFolder(string path)
{
    /// <summary>Gets the folder.</summary>
    public string FullPath { get; } = path;

    /// <summary>Gets the file of everything that the run was started with.</summary>
    public string Parameters => Path.Combine(FullPath, "params.json");

    /// <summary>Gets the file of the numbers, one report a row.</summary>
    public string Metrics => Path.Combine(FullPath, "metrics.csv");

    /// <summary>Gets the file of what the run came to.</summary>
    public string Result => Path.Combine(FullPath, RunResult.FileName);

    /// <summary>Gets the page with the curves.</summary>
    public string Report => Path.Combine(FullPath, "report.html");

    /// <summary>Gets the picture of the success curve alone.</summary>
    public string SuccessPicture => Path.Combine(FullPath, "success.svg");

    /// <summary>Gets the file of the last policy.</summary>
    public string Policy => Path.Combine(FullPath, "policy.safetensors");

    /// <summary>Gets the file of the success trajectories.</summary>
    public string Successes => Path.Combine(FullPath, "successes.safetensors");

    /// <summary>Gets the folder of the grains' storage: snapshots, checkpoints, policies.</summary>
    public string State => Path.Combine(FullPath, "state");

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="parent">The folder of all runs.</param>
    /// <param name="parameters">What the run is.</param>
    /// <returns>The folder, which was not there before.</returns>
    public static RunFolder Create(string parent, RunParameters parameters)
    {
        var path = Path.Combine(parent, parameters.Name);
        for (var i = 2; Directory.Exists(path); i++)
        {
            path = Path.Combine(parent, $"{parameters.Name}-{i}");
        }

        Directory.CreateDirectory(path);
        var folder = new RunFolder(path);
        folder.Write(parameters);
        return folder;
    }

    /// <summary>Reads the parameters of an existing run.</summary>
    /// <returns>The parameters.</returns>
    /// <exception cref="UsageException">The folder is no run's; the message says what is missing or damaged.</exception>
    public RunParameters ReadParameters()
    {
        if (!File.Exists(Parameters))
        {
            throw new UsageException($"Expected the folder of a run, with a params.json in it, but got '{FullPath}'.");
        }

        try
        {
            return RunParameters.FromJson(File.ReadAllText(Parameters));
        }
        catch (JsonException error)
        {
            throw new UsageException($"{Parameters}: {error.Message}");
        }
    }

    /// <summary>Writes the parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    public void Write(RunParameters parameters) => File.WriteAllText(Parameters, parameters.ToJson());
}
