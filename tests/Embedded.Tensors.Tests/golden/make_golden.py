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


def random_numbers():
    torch.manual_seed(1234)
    result = {"seed": 1234, "rand": pack(torch.rand(20)), "randint": pack(torch.randint(0, 1000, (20,))), "uniform": pack(torch.empty(8).uniform_(-3, 5))}
    torch.manual_seed(99)
    layer = torch.nn.Linear(5, 3)
    result["linear"] = {"seed": 99, "weight": pack(layer.weight), "bias": pack(layer.bias)}
    return result


golden = {
    "torch": torch.__version__, "numpy": numpy.__version__, "seed": SEED, "script": "make_golden.py",
    "cases": cases, "optimisers": optimisers, "classifier": classifier(), "actor_critic": actor_critic(), "random": random_numbers(),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
with open(path, "w", encoding="utf-8") as file:
    json.dump(golden, file, separators=(",", ":"), allow_nan=False)
    file.write("\n")
print(len(cases), "cases,", os.path.getsize(path), "bytes")
