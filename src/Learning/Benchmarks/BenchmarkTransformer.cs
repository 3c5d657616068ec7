using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning;

/// <summary>A Decision Transformer (Chen et al. 2021) with the names and the order of work of PyTorch's usual one.</summary>
internal sealed class BenchmarkTransformer : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
#pragma warning disable IDE1006 // The fields' names are the weights' names.
    private readonly Embedding time;
    private readonly Linear state;
    private readonly Linear action;
    private readonly Linear ret;
    private readonly LayerNorm emb_norm;
    private readonly LayerNorm out_norm;
    private readonly ModuleList<Block> blocks;
    private readonly Sequential head;
#pragma warning restore IDE1006
    private readonly Dropout _drop;
    private readonly long _width;

    public BenchmarkTransformer(int observation, int actions, int context, int width, int layers, double drop)
        : base(nameof(BenchmarkTransformer))
    {
        _width = width;
        time = Embedding(1000 + context, width);
        state = Linear(observation, width);
        action = Linear(actions, width);
        ret = Linear(1, width);
        emb_norm = LayerNorm(width);
        out_norm = LayerNorm(width);
        blocks = ModuleList(Enumerable.Range(0, layers).Select(_ => new Block(width, drop)).ToArray());
        head = Sequential(Linear(width, actions), Tanh());
        _drop = Dropout(drop);
        RegisterComponents();
    }

    /// <summary>Gets or sets what a token may see, [batch, 1, tokens, tokens] of truth values.</summary>
    public Tensor? Visible { get; set; }

    /// <summary>Actions [batch, k, action] from states [batch, k, observation], actions, returns [batch, k] and steps [batch, k].</summary>
    public override Tensor forward(Tensor states, Tensor actions, Tensor returns, Tensor steps)
    {
        var (batch, k) = (steps.shape[0], steps.shape[1]);
        var at = time.call(steps);
        var tokens = stack([ret.call(returns.unsqueeze(-1)) + at, state.call(states) + at, action.call(actions) + at], 2).reshape(batch, 3 * k, _width);
        var x = _drop.call(emb_norm.call(tokens));
        foreach (var block in blocks)
        {
            x = block.call(x, Visible!);
        }

        return head.call(out_norm.call(x).view(batch, k, 3, _width).select(2, 1));
    }

    private sealed class Attention : Module<Tensor, Tensor, Tensor>
    {
#pragma warning disable IDE1006 // The fields' names are the weights' names.
        private readonly Parameter in_proj_weight;
        private readonly Parameter in_proj_bias;
        private readonly Linear out_proj;
#pragma warning restore IDE1006
        private readonly double _drop;

        public Attention(int width, double drop)
            : base(nameof(Attention))
        {
            in_proj_weight = Parameter(empty(3 * width, width));
            in_proj_bias = Parameter(zeros(3 * width));
            out_proj = Linear(width, width);
            _drop = drop;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x, Tensor visible)
        {
            var parts = functional.linear(x, in_proj_weight, in_proj_bias).unsqueeze(1).chunk(3, -1);
            return out_proj.call(functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], visible, training ? _drop : 0).squeeze(1));
        }
    }

    private sealed class Block : Module<Tensor, Tensor, Tensor>
    {
#pragma warning disable IDE1006 // The fields' names are the weights' names.
        private readonly LayerNorm norm1;
        private readonly LayerNorm norm2;
        private readonly Attention attention;
        private readonly Sequential mlp;
#pragma warning restore IDE1006
        private readonly Dropout _drop;

        public Block(int width, double drop)
            : base(nameof(Block))
        {
            norm1 = LayerNorm(width);
            norm2 = LayerNorm(width);
            attention = new Attention(width, drop);
            mlp = Sequential(Linear(width, 4 * width), GELU(), Linear(4 * width, width), Dropout(drop));
            _drop = Dropout(drop);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x, Tensor visible)
        {
            x += _drop.call(attention.call(norm1.call(x), visible));
            return x + mlp.call(norm2.call(x));
        }
    }
}
