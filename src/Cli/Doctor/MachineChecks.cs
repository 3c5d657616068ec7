using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MemoryRL.Cli;

/// <summary>Looks at the machine itself; needs no network and starts no process but <c>dotnet</c> and <c>nvidia-smi</c>.</summary>
internal static class MachineChecks
{
    /// <summary>Looks at the runtime and the SDK.</summary>
    /// <param name="cancellationToken">Cancels the look.</param>
    /// <returns>What there is.</returns>
    public static async Task<Finding> FindDotnetAsync(CancellationToken cancellationToken)
    {
        var sdk = await ChildProcess.RunAsync("dotnet", ["--version"], Path.GetTempPath(), TimeSpan.FromSeconds(20), cancellationToken);
        var detail = $"runtime {Environment.Version} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}";
        return sdk is { ExitCode: 0 }
            ? new Finding(".NET", FindingState.Present, $"{detail}; SDK {sdk.Output.Trim()}")
            : new Finding(".NET", FindingState.Missing, $"{detail}; no SDK in the path", "The SDK builds and tests MemoryRL: https://dotnet.microsoft.com/download/dotnet/10.0");
    }

    /// <summary>Looks at the processor's vectors, its cores and the memory.</summary>
    /// <returns>What there is.</returns>
    public static Finding FindProcessor()
    {
        var bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        var name = Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : Vector<byte>.Count > 16 ? "wide vectors" : "no wide vectors";
        var gibibytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        var detail = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, vectors of {bits} bits ({name}), {gibibytes:0.#} GiB of memory");
        return bits >= 256
            ? new Finding("processor", FindingState.Present, detail)
            : new Finding("processor", FindingState.Missing, detail, "Learners run, but slowly: the tensor engine is written for vectors of 256 bits or more.");
    }

    /// <summary>Tells of a library that some part of the program uses.</summary>
    /// <param name="subject">What it is called.</param>
    /// <param name="version">The version that is used.</param>
    /// <param name="reason">What that part says is missing, with the remedy; null where it is content.</param>
    /// <param name="use">What it is good for.</param>
    /// <returns>Whether it is there.</returns>
    public static Finding FindLibrary(string subject, string version, string? reason, string use) => reason is null
        ? new Finding(subject, FindingState.Present, $"{version}, for {use}")
        : new Finding(subject, FindingState.Missing, reason, $"Optional, for {use}.");

    /// <summary>Looks for an NVIDIA GPU.</summary>
    /// <param name="cancellationToken">Cancels the look.</param>
    /// <returns>Its name, or that there is none.</returns>
    public static async Task<Finding> FindGpuAsync(CancellationToken cancellationToken)
    {
        const string Remedy = "Optional, only for TensorEngine=TorchCuda: an NVIDIA GPU with its driver.";
        var answer = await ChildProcess.RunAsync("nvidia-smi", ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"], Path.GetTempPath(), TimeSpan.FromSeconds(20), cancellationToken);
        return answer is { ExitCode: 0 } && answer.Output.Trim() is { Length: > 0 } gpus
            ? new Finding("GPU", FindingState.Present, gpus.ReplaceLineEndings("; "))
            : new Finding("GPU", FindingState.Missing, answer is null ? "no nvidia-smi in the path" : $"nvidia-smi ended with exit code {answer.ExitCode}", Remedy);
    }
}
