using BenchmarkDotNet.Attributes;
using MemoryRL.Core;
using MemoryRL.Learning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MemoryRL.Benchmarks.Micro;

/// <summary>The tensor engine and acting networks at the sizes of reinforcement learning; the engine is the one that the build chose.</summary>
[MemoryDiagnoser]
public class TensorBenchmarks
{
    private readonly float[] _observation = new float[11];
    private readonly float[] _observations = new float[256 * 11];
    private readonly float[] _answers = new float[256];
    private Tensor _left = null!;
    private Tensor _right = null!;
    private Sequential _network = null!;
    private Adam _optimizer = null!;
    private Tensor _inputs = null!;
    private Tensor _targets = null!;
    private DenseNetwork _acting = null!;

    /// <summary>Gets or sets the number of threads of one operation.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Makes matrices and the network 11-256-256-1, and checks that acting answers as the network does.</summary>
    [GlobalSetup]
    public void Fill()
    {
        set_num_threads(Threads);
        _ = manual_seed(1);
        _left = randn(256, 256);
        _right = randn(256, 256);
        _network = nn.Sequential(nn.Linear(11, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 1));
        _optimizer = optim.Adam(_network.parameters(), 3e-4);
        _inputs = randn(256, 11);
        _targets = randn(256, 1);
        var bundle = new SafetensorsBuilder();
        foreach (var (name, parameter) in _network.named_parameters())
        {
            bundle.Add<float>(name, Array.ConvertAll(parameter.shape, size => (int)size), parameter.data<float>().ToArray());
        }

        _acting = new DenseNetwork(SafetensorsDocument.Parse(bundle.ToArray(), "network"), ["0", "2", "4"], DenseActivation.Relu, 11, 1);
        _inputs.data<float>().ToArray().CopyTo(_observations, 0);
        _observations.AsSpan(0, 11).CopyTo(_observation);
        using var answer = _network.call(_inputs);
        if (Math.Abs(answer.data<float>()[0] - ActOnce()) > 1e-4)
        {
            throw new InvalidOperationException("The acting network answers otherwise than the trained one.");
        }
    }

    /// <summary>256 x 256 times 256 x 256, packing included: 33.6 MFLOP.</summary>
    [Benchmark]
    public void Product256()
    {
        using var product = _left.mm(_right);
    }

    /// <summary>Forward, backward and Adam of 11-256-256-1 on a batch of 256.</summary>
    [Benchmark]
    public void NetworkStep()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        nn.functional.mse_loss(_network.call(_inputs), _targets).backward();
        _ = _optimizer.step();
    }

    /// <summary>The same network's answer to one observation, through the engine.</summary>
    /// <returns>The answer.</returns>
    [Benchmark]
    public float EngineAnswersOne()
    {
        using var scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        return _network.call(tensor(_observation, [1L, 11L])).item<float>();
    }

    /// <summary>The same from plain arrays, as agents act.</summary>
    /// <returns>The answer.</returns>
    [Benchmark]
    public float ActOnce() => _acting.Evaluate(_observation)[0];

    /// <summary>256 observations from plain arrays.</summary>
    /// <returns>One answer.</returns>
    [Benchmark]
    public float ActBatch()
    {
        _acting.Evaluate(_observations, _answers);
        return _answers[0];
    }
}
