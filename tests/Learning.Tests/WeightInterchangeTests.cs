using System.Diagnostics;
using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Tests;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning.Tests;

public sealed class WeightInterchangeTests
{
    // The format by its own description (https://github.com/huggingface/safetensors), and the network by its names.
    private const string Reader = """
        import json, sys
        import numpy as np

        with open(sys.argv[1], "rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(size))
            data = file.read()
        t = {}
        for name, entry in header.items():
            if name != "__metadata__":
                start, end = entry["data_offsets"]
                t[name] = np.frombuffer(data[start:end], {"F32": "<f4", "I64": "<i8"}[entry["dtype"]]).reshape(entry["shape"])
        x = t["input"]
        x = np.maximum(x @ t["0.weight"].T + t["0.bias"], 0)
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * t["2.weight"] + t["2.bias"]
        x = np.tanh(x @ t["3.weight"].T)
        x = x @ t["5.weight"].T + t["5.bias"]
        print(" ".join("%.9g" % v for v in x.ravel()), int(t["steps"].sum()))
        """;

    [PythonFact("numpy", "apt-get install python3-numpy")]
    public async Task Weights_written_here_give_numpy_the_same_answers()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        using var network = Sequential(Linear(7, 32), ReLU(), LayerNorm(32), Linear(32, 16, hasBias: false), Tanh(), Linear(16, 3));
        using (no_grad())
        {
            // Norms start at 1 and 0, which would hide a scale or shift that is left out.
            foreach (var parameter in network.parameters())
            {
                _ = parameter.add_(randn(parameter.shape), 0.1);
            }
        }

        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "5.weight", "5.bias"], network.state_dict().Keys);
        var input = randn(5, 7);
        var builder = new SafetensorsBuilder();
        foreach (var (name, value) in network.state_dict().Append(KeyValuePair.Create("input", input)))
        {
            builder.Add<float>(name, Array.ConvertAll(value.shape, size => (int)size), value.data<float>().ToArray());
        }

        builder.Add<long>("steps", [3], [1L, 1L << 40, -5]);
        var path = Path.Combine(Directory.CreateTempSubdirectory("memoryrl-weights-").FullName, "network.safetensors");
        await File.WriteAllBytesAsync(path, builder.ToArray());
        try
        {
            using var process = Process.Start(new ProcessStartInfo(PythonFactAttribute.Interpreter, ["-c", Reader, path]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var answer = await process.StandardOutput.ReadToEndAsync();
            Assert.True(answer.Length > 0, await errors);
            var numbers = answer.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            var expected = network.call(input).data<float>().ToArray();
            Assert.Equal((1L << 40) - 4, numbers[^1]);
            Assert.Equal(expected.Length, numbers.Length - 1);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], numbers[i], 1e-5);
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
