#!/usr/bin/python3
"""Writes golden.json: what PyTorch computes, for the managed tensor engine's tests.

Debian: apt-get install python3-torch libopenblas0-openmp; then: /usr/bin/python3 make_golden.py
Every number comes from the seed below; the versions are written into the file.
"""
import json
import math
import os

import numpy
import torch
import torch.nn.functional as F

SEED = 20251
torch.manual_seed(SEED)
torch.set_num_threads(1)


def number(value):
    if isinstance(value, bool) or isinstance(value, int):
        return value
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return float(f"{value:.9g}")


def pack(tensor):
    tensor = tensor.detach()
    kinds = {torch.float32: "f", torch.int64: "l", torch.bool: "b"}
    return {"t": kinds[tensor.dtype], "s": list(tensor.shape), "d": [number(v) for v in tensor.flatten().tolist()]}


cases = []


def case(operation, function, *inputs, name=None, gradient=True):
    leaves = [i.clone().requires_grad_(True) if gradient and i.dtype == torch.float32 else i for i in inputs]
    output = function(*leaves)
    entry = {"name": name or operation, "operation": operation, "inputs": [pack(i) for i in inputs], "output": pack(output)}
    if gradient and output.requires_grad:
        seed = torch.randn(output.shape)
        output.backward(seed)
        entry["seed"] = pack(seed)
        entry["gradients"] = [pack(l.grad) if l.dtype == torch.float32 and l.grad is not None else None for l in leaves]
    cases.append(entry)


def normal(*shape):
    return torch.randn(shape)


def positive(*shape):
    return torch.rand(shape) + 0.2


x = normal(3, 5)
for operation, function, argument in [
    ("exp", torch.exp, x), ("log", torch.log, positive(3, 5)), ("tanh", torch.tanh, x), ("sigmoid", torch.sigmoid, x), ("relu", torch.relu, x),
    ("abs", torch.abs, x), ("sqrt", torch.sqrt, positive(3, 5)), ("neg", torch.neg, x), ("square", torch.square, x),
    ("pow2.5", lambda a: a ** 2.5, positive(3, 5)), ("pow3", lambda a: a ** 3, x), ("clamp", lambda a: a.clamp(-0.5, 0.7), x),
    ("rsub", lambda a: 2.5 - a, x), ("rdiv", lambda a: 2.5 / a, positive(3, 5)), ("affine", lambda a: (a * 3 - 1) / 7 + 0.25, x),
    ("sum", lambda a: a.sum(), x), ("sum0", lambda a: a.sum(0), normal(4, 3, 2)), ("sum1keep", lambda a: a.sum(1, keepdim=True), normal(4, 3, 2)),
    ("sum02", lambda a: a.sum((0, 2)), normal(4, 3, 2)), ("mean", lambda a: a.mean(), x), ("mean1", lambda a: a.mean((1,)), normal(4, 3, 2)),
    ("std", lambda a: a.std(), x), ("std1", lambda a: a.std(1, unbiased=False), x), ("var", lambda a: a.var(), x), ("var0", lambda a: a.var(0), x),
    ("max", lambda a: a.max(), x), ("min", lambda a: a.min(), x), ("max1", lambda a: a.max(1).values, x), ("min0", lambda a: a.min(0).values, x),
    ("softmax", lambda a: a.softmax(-1), x), ("softmax0", lambda a: a.softmax(0), x), ("softmax1of3", lambda a: a.softmax(1), normal(2, 4, 3)),
    ("log_softmax", lambda a: a.log_softmax(-1), x), ("log_softmax0", lambda a: a.log_softmax(0), x), ("logsumexp", lambda a: a.logsumexp(1), x),
    ("logsumexp0keep", lambda a: a.logsumexp(0, keepdim=True), x), ("transpose", lambda a: a.transpose(0, 2), normal(2, 3, 4)),
    ("permute", lambda a: a.permute(2, 0, 1), normal(2, 3, 4)), ("reshape_of_transpose", lambda a: a.t().reshape(5, 3), x),
    ("slice", lambda a: a[1:, ::2], x), ("select", lambda a: a[:, 2], x), ("narrow", lambda a: a.narrow(1, 1, 3), x),
    ("unsqueeze", lambda a: a.unsqueeze(1) * 2, x), ("squeeze", lambda a: a.squeeze(1) * 2, normal(3, 1, 2)), ("expand", lambda a: a.expand(4, 3, 5), x),
    ("flatten", lambda a: a.flatten(1), normal(2, 3, 4)), ("used_twice", lambda a: a * a + a.tanh() * a.sum(), x),
]:
    case(operation, function, argument)

shapes = [((3, 5), (3, 5)), ((3, 5), (5,)), ((3, 1), (1, 5)), ((2, 1, 4), (3, 1)), ((), (3, 2)), ((4, 3), ())]
for left, right in shapes:
    a, b = positive(*left), positive(*right)
    label = f"{list(left)} {list(right)}"
    for operation, function in [("add", torch.add), ("sub", torch.sub), ("mul", torch.mul), ("div", torch.div), ("pow", torch.pow),
                                ("maximum", torch.maximum), ("minimum", torch.minimum)]:
        case(operation, function, a, b, name=f"{operation} {label}")

case("maximum", torch.maximum, torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 3.0, 2.0]), name="maximum ties")
case("minimum", torch.minimum, torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 3.0, 2.0]), name="minimum ties")
case("max", lambda a: a.max(), torch.tensor([1.0, 3.0, 3.0]), name="max ties")
for left, right in [((3, 4), (4, 5)), ((4,), (4, 5)), ((3, 4), (4,)), ((4,), (4,)), ((2, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((9, 40), (40, 35))]:
    case("matmul", torch.matmul, normal(*left), normal(*right), name=f"matmul {list(left)} {list(right)}")
case("linear", F.linear, normal(6, 4), normal(5, 4), normal(5))
case("linear", F.linear, normal(2, 3, 4), normal(5, 4), normal(5), name="linear of 3")
case("linear_no_bias", F.linear, normal(6, 4), normal(5, 4))
labels = torch.tensor([2, 0, 4])
case("gather", lambda a, i: a.gather(1, i), normal(3, 5), torch.tensor([[0, 4], [1, 1], [3, 2]]))
case("gather0", lambda a, i: a.gather(0, i), normal(3, 5), torch.tensor([[0, 2, 1, 1, 0], [2, 2, 2, 0, 1]]))
case("index_select", lambda a, i: a.index_select(0, i), normal(3, 5), torch.tensor([2, 0, 2, 1]))
case("index_select1", lambda a, i: a.index_select(1, i), normal(3, 5), torch.tensor([4, 0]))
case("cat0", lambda a, b: torch.cat([a, b], 0), normal(2, 3), normal(4, 3))
case("cat1", lambda a, b: torch.cat([a, b], 1), normal(2, 3), normal(2, 1))
case("stack1", lambda a, b: torch.stack([a, b], 1), normal(2, 3), normal(2, 3))
case("where", lambda c, a, b: torch.where(c, a, b), torch.tensor([[True, False, True]]), normal(2, 3), normal(2, 1))
case("masked_fill", lambda a, m: a.masked_fill(m, -3.0), normal(2, 3), torch.tensor([[True, False, True]]))
case("one_hot", lambda i: F.one_hot(i, 6), labels, gradient=False)
case("mse_loss", F.mse_loss, normal(3, 5), normal(3, 5))
case("mse_loss_none", lambda a, b: F.mse_loss(a, b, reduction="none"), normal(3, 5), normal(3, 5))
case("cross_entropy", F.cross_entropy, normal(3, 5), labels)
case("cross_entropy_weighted", lambda a, i, w: F.cross_entropy(a, i, w.detach()), normal(3, 5), labels, positive(5))
case("cross_entropy_ignore", lambda a, i: F.cross_entropy(a, i, ignore_index=0), normal(3, 5), labels)
case("cross_entropy_smooth", lambda a, i: F.cross_entropy(a, i, label_smoothing=0.2), normal(3, 5), labels)
case("cross_entropy_smooth_weighted", lambda a, i, w: F.cross_entropy(a, i, w.detach(), label_smoothing=0.2), normal(3, 5), labels, positive(5))
case("cross_entropy_sum", lambda a, i: F.cross_entropy(a, i, reduction="sum"), normal(3, 5), labels)
case("cross_entropy_probabilities", lambda a, p: F.cross_entropy(a, p.detach().softmax(1)), normal(3, 5), normal(3, 5))
case("nll_loss", lambda a, i: F.nll_loss(a, i), normal(3, 5), labels)
case("nll_loss_of_images", lambda a, i: F.nll_loss(a, i), normal(2, 3, 4), torch.tensor([[0, 2, 1, 1], [2, 2, 0, 1]]))
case("bce", F.binary_cross_entropy_with_logits, normal(3, 5) * 20, torch.rand(3, 5))
case("bce_weighted", lambda a, y, w, p: F.binary_cross_entropy_with_logits(a, y, w.detach(), pos_weight=p.detach()), normal(3, 5), torch.rand(3, 5), positive(5), positive(5))

nan, inf = float("nan"), float("inf")
odd = torch.tensor([[1.0, nan, 3.0], [inf, 2.0, -inf], [-inf, -inf, -inf], [nan, inf, -inf]])
for operation, function in [
    ("max1", lambda a: a.max(1).values), ("min0", lambda a: a.min(0).values), ("argmax1", lambda a: a.argmax(1)), ("argmin1", lambda a: a.argmin(1)),
    ("softmax", lambda a: a.softmax(-1)), ("log_softmax", lambda a: a.log_softmax(-1)), ("logsumexp", lambda a: a.logsumexp(1)), ("relu", torch.relu),
    ("clamp", lambda a: a.clamp(-0.5, 0.7)), ("isnan", torch.isnan), ("isinf", torch.isinf), ("isfinite", torch.isfinite), ("abs", torch.abs),
    ("exp", torch.exp), ("log", torch.log), ("tanh", torch.tanh), ("sigmoid", torch.sigmoid), ("sqrt", torch.sqrt), ("sum", lambda a: a.sum()), ("max", lambda a: a.max()),
]:
    case(operation, function, odd, name=f"{operation} of odd numbers", gradient=False)
other = torch.tensor([[nan, 1.0, nan], [0.0, inf, 1.0], [1.0, -inf, nan], [1.0, 1.0, 1.0]])
for operation, function in [("maximum", torch.maximum), ("minimum", torch.minimum), ("lt", torch.lt), ("le", torch.le), ("eq", torch.eq), ("ne", torch.ne), ("gt", torch.gt), ("ge", torch.ge)]:
    case(operation, function, odd, other, name=f"{operation} of odd numbers", gradient=False)


def attention(q, k, v, mask=None, causal=False):
    """As torch.nn.functional.scaled_dot_product_attention says it computes (PyTorch 2's documentation); PyTorch 1.13 has no public one."""
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if causal:
        mask = torch.ones(q.shape[-2], k.shape[-2]).tril().bool()
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else scores + mask
    return torch.softmax(scores, -1) @ v


wide = torch.cat([torch.linspace(-13, 13, 40), torch.tensor([0.0, -0.0, 1e-3, -1e-3])])
case("gelu", F.gelu, wide)
case("softplus", lambda a: F.softplus(a), wide, name="softplus")
case("softplus2", lambda a: F.softplus(a, 2.0, 3.0), wide)
case("leaky_relu", lambda a: F.leaky_relu(a, 0.1), normal(4, 5))
for operation, function in [("gelu", F.gelu), ("softplus", F.softplus), ("leaky_relu", lambda a: F.leaky_relu(a, 0.1))]:
    case(operation, function, torch.tensor([math.inf, -math.inf, math.nan, 0.0, 3e38, -3e38]), name=operation + " special", gradient=False)
case("lerp", torch.lerp, normal(3, 4), normal(3, 4), positive(3, 4))
case("lerp", torch.lerp, normal(3, 4), normal(4), positive(1), name="lerp broadcast")
case("lerp", torch.lerp, torch.tensor([1e8, 1e8, 1e8, -3.0, 2.0]), torch.tensor([1.0, 1.0, 1.0, 5.0, 7.0]), torch.tensor([1.0, 0.0, 0.5, -2.0, 1.5]), name="lerp to the ends", gradient=False)
case("lerp_", lambda a, b, w: (a * 2).lerp_(b, w), normal(3, 4), normal(3, 4), torch.tensor(0.005))
for reduction in ["mean", "sum", "none"]:
    case("smooth_l1_" + reduction, lambda a, b: F.smooth_l1_loss(a, b, reduction=reduction, beta=0.5), normal(4, 5), normal(4, 5))
case("smooth_l1_0", lambda a, b: F.smooth_l1_loss(a, b, beta=0.0), normal(4, 5), normal(4, 5))
case("cumsum0", lambda a: a.cumsum(0), normal(4, 3))
case("cumsum-1", lambda a: a.cumsum(-1), normal(2, 3, 4))
case("cumsum-1", lambda a: a.cumsum(-1), torch.randint(-5, 5, (3, 4)), name="cumsum of longs")
tied = torch.tensor([[2.0, 1.0, 2.0, math.nan, -math.inf, 1.0], [0.0, -0.0, 5.0, 5.0, math.inf, -1.0]])
case("sort0", lambda a: torch.sort(a, 0)[0], normal(5, 4))
case("sort-1d", lambda a: torch.sort(a, -1, descending=True)[0], normal(2, 3, 4))
case("argsort-1", lambda a: torch.sort(a, dim=-1, stable=True)[1], tied, name="argsort ties", gradient=False)
case("argsort-1d", lambda a: torch.sort(a, dim=-1, descending=True, stable=True)[1], tied, name="argsort down ties", gradient=False)
case("sort-1d", lambda a: torch.sort(a, dim=-1, descending=True, stable=True)[0], torch.randint(-5, 5, (3, 6)), name="sort of longs")
case("topk2", lambda a: torch.topk(a, 2)[0], normal(3, 5))
case("topk3small0", lambda a: torch.topk(a, 3, 0, largest=False)[0], normal(5, 3))
case("topk2i", lambda a: torch.topk(a, 2)[1], normal(3, 5), gradient=False)
case("bmm", torch.bmm, normal(3, 4, 5), normal(3, 5, 2))
case("bmm_views", lambda a, b: torch.bmm(a.transpose(1, 2), b.transpose(0, 1)), normal(3, 4, 5), normal(4, 3, 2))
case("matmul", torch.matmul, normal(2, 1, 3, 4), normal(5, 4, 2), name="matmul of broadcast batches")
case("layer_norm", lambda a, w, b: F.layer_norm(a, [5], w, b), normal(3, 4, 5) * 3 + 1, positive(5), normal(5))
case("layer_norm2", lambda a, w, b: F.layer_norm(a, [4, 5], w, b, 1e-3), normal(3, 4, 5), positive(4, 5), normal(4, 5))
case("layer_norm_w", lambda a, w: F.layer_norm(a, [5], w), normal(3, 4, 5), positive(5))
case("layer_norm_plain", lambda a: F.layer_norm(a, [5]), normal(7, 5))
case("layer_norm_view", lambda a, w, b: F.layer_norm(a.transpose(0, 2), [3], w, b), normal(3, 4, 5), positive(3), normal(3))
case("embedding", lambda w, i: F.embedding(i, w), normal(6, 3), torch.tensor([[0, 5, 5], [2, 0, 5]]))
case("chunks", lambda a: torch.cat([c.pow(i + 2) for i, c in enumerate(a.chunk(3, 1))], 1), normal(2, 7, 3))
case("slices_twice", lambda a: a[:, 1:4] * a[:, 2:5] + a[:, :3].exp(), normal(3, 6))
def slices_of_result(a):
    b = a * 2
    return b[:, 1:4] * b[:, 2:5] + b[:, :3].exp() + b[0, 0] * b[1:2, 1:4]


case("slices_of_result", slices_of_result, normal(3, 5))
q, k, v = normal(2, 3, 5, 4), normal(2, 3, 6, 4), normal(2, 3, 6, 7)
seen = torch.rand(5, 6) < 0.7
seen[:, 0] = True
case("sdpa", attention, q, k, v)
case("sdpa_causal", lambda a, b, c: attention(a, b, c, causal=True), normal(2, 5, 4), normal(2, 5, 4), normal(2, 5, 3))
case("sdpa_causal", lambda a, b, c: attention(a, b, c, causal=True), normal(1, 6, 4), normal(1, 3, 4), normal(1, 3, 3), name="sdpa causal with fewer keys")
case("sdpa_mask", lambda a, b, c, m: attention(a, b, c, m), q, k, v, seen, name="sdpa with truth values")
case("sdpa_mask_number", lambda a, b, c: attention(a, b, c, torch.linspace(-2, 2, 30).view(5, 6)), q, k, v)
case("sdpa_views", lambda a: attention(*a.view(2, 5, 3, 2, 4).permute(2, 0, 3, 1, 4), causal=True), normal(2, 5, 24))
case("sdpa", attention, normal(2, 3, 4, 5), normal(3, 4, 5), normal(1, 3, 4, 2), name="sdpa of broadcast batches")
case("conv2d", F.conv2d, normal(2, 3, 6, 7), normal(4, 3, 3, 2), normal(4))
case("conv2d_s2p1", lambda a, w, b: F.conv2d(a, w, b, stride=2, padding=1), normal(2, 3, 7, 8), normal(4, 3, 3, 3), normal(4))
case("conv2d_pairs", lambda a, w: F.conv2d(a, w, None, stride=(2, 1), padding=(0, 2), dilation=(1, 2)), normal(1, 2, 8, 7), normal(3, 2, 3, 2))
case("conv2d_groups", lambda a, w, b: F.conv2d(a, w, b, padding=1, groups=2), normal(2, 4, 4, 5), normal(6, 2, 3, 3), normal(6))
case("conv2d", F.conv2d, normal(3, 4, 4), normal(2, 3, 2, 2), normal(2), name="conv2d of one image")
case("conv2d_view", lambda a, w: F.conv2d(a.permute(0, 3, 1, 2), w), normal(2, 5, 4, 3), normal(2, 3, 2, 2))
case("conv2d_s2p1", lambda a, w, b: F.conv2d(a, w, b, stride=2, padding=1), normal(1, 1, 1, 1), normal(2, 1, 3, 3), normal(2), name="conv2d of one pixel")
case("conv_transpose2d", F.conv_transpose2d, normal(2, 3, 4, 3), normal(3, 2, 3, 2), normal(2))
case("conv_transpose2d_s2p1o1", lambda a, w, b: F.conv_transpose2d(a, w, b, stride=2, padding=1, output_padding=1), normal(2, 3, 4, 3), normal(3, 2, 3, 3), normal(2))
case("conv_transpose2d_groups", lambda a, w: F.conv_transpose2d(a, w, None, stride=(1, 2), groups=2, dilation=(2, 1)), normal(1, 4, 3, 3), normal(4, 3, 2, 2))
case("max_pool2d", lambda a: F.max_pool2d(a, 2), normal(2, 3, 6, 5))
case("max_pool2d_s2p1", lambda a: F.max_pool2d(a, 3, 2, 1), normal(2, 3, 6, 7))
case("max_pool2d_ceil", lambda a: F.max_pool2d(a, (3, 2), (2, 2), ceil_mode=True), normal(1, 2, 6, 7))
case("max_pool2d_dilated", lambda a: F.max_pool2d(a, 2, 1, 0, (2, 1)), normal(1, 2, 6, 5))
case("max_pool2d", lambda a: F.max_pool2d(a, 2), torch.randint(0, 2, (2, 3, 6, 5)).float(), name="max_pool2d ties")
case("max_pool2d", lambda a: F.max_pool2d(a, 2), torch.tensor([[[1.0, math.nan, -math.inf, -math.inf], [3.0, 2.0, -math.inf, -math.inf]]]), name="max_pool2d special", gradient=False)


def optimise(make, steps=100):
    parameters = [torch.linspace(-1, 1, 7).reshape(7).clone().requires_grad_(True), torch.linspace(0.5, -2, 6).reshape(2, 3).clone().requires_grad_(True)]
    start = [pack(p) for p in parameters]
    optimiser = make(parameters)
    snapshots = []
    for step in range(steps):
        for p in parameters:
            p.grad = p.detach() * 0.5 + math.sin(step * 0.7) * 0.3 + 0.05
        optimiser.step()
        if step in (0, 9, steps - 1):
            snapshots.append([pack(p) for p in parameters])
    return {"start": start, "snapshots": snapshots}


optimisers = {
    "adam": optimise(lambda p: torch.optim.Adam(p, lr=0.01)),
    "adam_betas_decay": optimise(lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-5, weight_decay=0.1)),
    "adam_amsgrad_maximize": optimise(lambda p: torch.optim.Adam(p, lr=0.01, amsgrad=True, maximize=True)),
    "sgd": optimise(lambda p: torch.optim.SGD(p, lr=0.05)),
    "sgd_momentum": optimise(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, dampening=0.1, weight_decay=0.01)),
    "sgd_nesterov": optimise(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True)),
}


optimisers.update({
    "adamw": optimise(lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1)),
    "adamw_amsgrad": optimise(lambda p: torch.optim.AdamW(p, lr=0.02, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.02, amsgrad=True)),
})


def schedule(make):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.SGD([parameter], lr=0.3)
    scheduler = make(optimiser)
    rates = [optimiser.param_groups[0]["lr"]]
    for _ in range(25):
        optimiser.step()
        scheduler.step()
        rates.append(optimiser.param_groups[0]["lr"])
    return rates


L = torch.optim.lr_scheduler
schedules = {
    "step": schedule(lambda o: L.StepLR(o, 4, 0.5)),
    "multistep": schedule(lambda o: L.MultiStepLR(o, [3, 10, 11], 0.3)),
    "exponential": schedule(lambda o: L.ExponentialLR(o, 0.9)),
    "lambda": schedule(lambda o: L.LambdaLR(o, lambda e: min((e + 1) / 10, 1))),
    "cosine": schedule(lambda o: L.CosineAnnealingLR(o, 20, 0.01)),
    "linear": schedule(lambda o: L.LinearLR(o, 0.25, 0.75, 8)),
    "constant": schedule(lambda o: L.ConstantLR(o, 0.4, 6)),
}


class Attention(torch.nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = torch.nn.Linear(width, 3 * width)
        self.projection = torch.nn.Linear(width, width)

    def forward(self, x):
        b, t, w = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        return self.projection(attention(q, k, v, causal=True).transpose(1, 2).reshape(b, t, w))


class Block(torch.nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = torch.nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.norm2 = torch.nn.LayerNorm(width)
        self.mlp = torch.nn.Sequential(torch.nn.Linear(width, 4 * width), torch.nn.GELU(), torch.nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Encoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = torch.nn.Sequential(
            torch.nn.Conv2d(2, 6, 3, stride=2, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(6, 8, 3), torch.nn.LeakyReLU(0.1), torch.nn.MaxPool2d(2), torch.nn.Flatten())
        self.code = torch.nn.Linear(8 * 2 * 2, 5)
        self.spread = torch.nn.ConvTranspose2d(5, 2, 4, stride=2)

    def forward(self, x):
        return self.spread(self.code(self.convolutions(x)).view(-1, 5, 1, 1))


class DecisionTransformer(torch.nn.Module):
    def __init__(self, observation, action, width, heads, layers, length):
        super().__init__()
        self.time = torch.nn.Embedding(length, width)
        self.observation = torch.nn.Linear(observation, width)
        self.action = torch.nn.Linear(action, width)
        self.to_go = torch.nn.Linear(1, width)
        self.norm = torch.nn.LayerNorm(width)
        self.blocks = torch.nn.ModuleList([Block(width, heads) for _ in range(layers)])
        self.head = torch.nn.Linear(width, action)

    def forward(self, observations, actions, to_go, steps):
        b, k = steps.shape
        time = self.time(steps)
        tokens = torch.stack([self.to_go(to_go) + time, self.observation(observations) + time, self.action(actions) + time], 2).reshape(b, 3 * k, -1)
        x = self.norm(tokens)
        for block in self.blocks:
            x = block(x)
        return torch.tanh(self.head(x.view(b, k, 3, -1)[:, :, 1]))


def network(make, inputs, target, seed):
    torch.manual_seed(seed)
    net = make()
    start = {k: pack(v) for k, v in net.state_dict().items()}
    output = net(*inputs)
    optimiser = torch.optim.AdamW(net.parameters(), lr=0.003, weight_decay=0.01)
    losses, first = [], None
    for _ in range(20):
        loss = F.mse_loss(net(*inputs), target)
        optimiser.zero_grad()
        loss.backward()
        first = first or {k: pack(p.grad) for k, p in net.named_parameters()}
        optimiser.step()
        losses.append(number(float(loss)))
    return {"seed": seed, "start": start, "inputs": [pack(i) for i in inputs], "target": pack(target), "output": pack(output), "gradients": first, "losses": losses}


networks = {
    "block": network(lambda: Block(8, 2), [normal(3, 5, 8)], normal(3, 5, 8), SEED + 3),
    "encoder": network(Encoder, [normal(3, 2, 11, 11)], normal(3, 2, 4, 4), SEED + 4),
    "decision_transformer": network(
        lambda: DecisionTransformer(4, 2, 8, 2, 2, 30), [normal(3, 4, 4), normal(3, 4, 2), normal(3, 4, 1), torch.randint(0, 30, (3, 4))], torch.tanh(normal(3, 4, 2)), SEED + 5),
}


def classifier():
    torch.manual_seed(SEED + 1)
    net = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Tanh(), torch.nn.Linear(16, 9), torch.nn.ReLU(), torch.nn.Linear(9, 4))
    data, target = normal(20, 6), torch.randint(0, 4, (20,))
    start = {k: pack(v) for k, v in net.state_dict().items()}
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    losses, first, norms = [], None, []
    for _ in range(30):
        loss = F.cross_entropy(net(data), target)
        optimiser.zero_grad()
        loss.backward()
        if first is None:
            first = {k: pack(p.grad) for k, p in net.named_parameters()}
        norms.append(number(float(torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5))))
        optimiser.step()
        losses.append(number(float(loss)))
    return {"start": start, "data": pack(data), "target": pack(target), "losses": losses, "norms": norms, "gradients": first,
            "end": {k: pack(v) for k, v in net.state_dict().items()}, "seed": SEED + 1}


def actor_critic():
    torch.manual_seed(SEED + 2)
    body, policy, value = torch.nn.Linear(5, 12), torch.nn.Linear(12, 4), torch.nn.Linear(12, 1)
    modules = {"body": body, "policy": policy, "value": value}
    observations, actions = normal(16, 5), torch.randint(0, 4, (16,))
    old, advantages, returns = normal(16) * 0.3 - 1.4, normal(16), normal(16)
    hidden = torch.tanh(body(observations))
    logs = F.log_softmax(policy(hidden), -1)
    chosen = logs.gather(1, actions.unsqueeze(1)).squeeze(1)
    normalised = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    ratio = (chosen - old).exp()
    objective = torch.minimum(ratio * normalised, ratio.clamp(0.8, 1.2) * normalised).mean()
    entropy = -(logs.exp() * logs).sum(-1).mean()
    error = (value(hidden).squeeze(1) - returns).pow(2).mean()
    loss = -objective + 0.5 * error - 0.01 * entropy
    loss.backward()
    return {"start": {f"{n}.{k}": pack(v) for n, m in modules.items() for k, v in m.state_dict().items()},
            "observations": pack(observations), "actions": pack(actions), "old": pack(old), "advantages": pack(advantages), "returns": pack(returns),
            "loss": number(float(loss)), "entropy": number(float(entropy)),
            "gradients": {f"{n}.{k}": pack(p.grad) for n, m in modules.items() for k, p in m.named_parameters()}}


def distribution(make, value, *parameters):
    leaves = [p.clone().requires_grad_(True) for p in parameters]
    d = make(*leaves)
    logs, entropy = d.log_prob(value), d.entropy()
    (logs.sum() * 0.7 + entropy.sum() * 1.3).backward()
    return {"parameters": [pack(p) for p in parameters], "value": pack(value), "log_prob": pack(logs), "entropy": pack(entropy),
            "mean": pack(d.mean), "variance": pack(d.variance), "gradients": [pack(l.grad) for l in leaves]}


D = torch.distributions
distributions = {
    "normal": distribution(D.Normal, normal(3, 4), normal(3, 4), positive(4)),
    "bernoulli_probs": distribution(lambda p: D.Bernoulli(probs=p), torch.randint(0, 2, (3, 4)).float(), torch.rand(3, 4) * 0.9 + 0.05),
    "bernoulli_logits": distribution(lambda l: D.Bernoulli(logits=l), torch.randint(0, 2, (3, 4)).float(), normal(3, 4) * 3),
}


def random_numbers():
    torch.manual_seed(1234)
    result = {"seed": 1234, "rand": pack(torch.rand(20)), "randint": pack(torch.randint(0, 1000, (20,))), "uniform": pack(torch.empty(8).uniform_(-3, 5))}
    torch.manual_seed(99)
    layer = torch.nn.Linear(5, 3)
    result["linear"] = {"seed": 99, "weight": pack(layer.weight), "bias": pack(layer.bias)}
    return result


golden = {
    "torch": torch.__version__, "numpy": numpy.__version__, "seed": SEED, "script": "make_golden.py",
    "cases": cases, "optimisers": optimisers, "schedules": schedules, "networks": networks, "distributions": distributions, "classifier": classifier(), "actor_critic": actor_critic(), "random": random_numbers(),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
with open(path, "w", encoding="utf-8") as file:
    json.dump(golden, file, separators=(",", ":"), allow_nan=False)
    file.write("\n")
print(len(cases), "cases,", os.path.getsize(path), "bytes")
