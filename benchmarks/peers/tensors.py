#!/usr/bin/python3
"""PyTorch's side of `memoryrl bench tensors`: the same work from the same weights, in the field's usual eager style.

Reads one JSON request a line and answers with one JSON line:
  {"do": "hello"}                                what runs here: versions, threads, the BLAS that is loaded
  {"do": "check", "work": "iql", "steps": 3}     the losses of the first steps, to compare with the other side's
  {"do": "time", "work": "iql", "steps": 50}     seconds for so many steps
Debian: apt-get install python3-torch libopenblas0-openmp
"""
import json
import os
import sys
import time
from collections import OrderedDict

THREADS = int(sys.argv[1])
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(THREADS)

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(THREADS)
torch.manual_seed(0)


def uniform(name, count):
    """Numbers in [-1, 1) by hashes of a name (FNV-1a) and a place (lowbias32): what the other side has too."""
    salt = 2166136261
    for letter in name.encode():
        salt = ((salt ^ letter) * 16777619) & 0xFFFFFFFF
    x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(salt)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x21F0AAAD)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0xD35A2D97)
    x ^= x >> np.uint32(15)
    return (x >> np.uint32(8)).astype(np.float64) / (1 << 23) - 1


def data(name, *shape):
    return torch.tensor(uniform(name, int(np.prod(shape))).astype(np.float32).reshape(shape))


def fill(module, prefix=""):
    """Weights by formula: matrices over the root of their inputs, biases small, norms as they start."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            numbers = uniform(prefix + name, parameter.numel()).reshape(parameter.shape)
            if parameter.dim() >= 2:
                parameter.copy_(torch.tensor((numbers / np.sqrt(parameter.shape[-1])).astype(np.float32)))
            elif name.endswith("bias"):
                parameter.copy_(torch.tensor((0.01 * numbers).astype(np.float32)))
    return module


def mlp(*sizes, last=None):
    layers = []
    for i in range(len(sizes) - 2):
        layers += [nn.Linear(sizes[i], sizes[i + 1]), nn.ReLU()]
    layers.append(nn.Linear(sizes[-2], sizes[-1]))
    return nn.Sequential(*layers, *([last] if last else []))


class Product:
    def __init__(self, m, k, n):
        self.a, self.b = data("left", m, k), data("right", k, n)

    def step(self):
        self.c = torch.mm(self.a, self.b)

    def check(self, steps):
        self.step()
        return [float(self.c[0, 0]), float(self.c[self.c.shape[0] // 2, self.c.shape[1] // 3]), float(self.c[-1, -1])]


class Trained:
    def check(self, steps):
        return [self.step() for _ in range(steps)]


class Regression(Trained):
    """A network towards a target, mean squared error, Adam."""

    def __init__(self, sizes, rate, target=None):
        self.net = fill(mlp(*sizes))
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=rate)
        self.x = data("x", 256, sizes[0])
        self.y = self.x if target is None else data("y", 256, sizes[-1])

    def step(self):
        loss = F.mse_loss(self.net(self.x), self.y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


class Iql(Trained):
    """Implicit Q-learning (Kostrikov et al. 2021): expectile value, twin Q with a soft target, advantage-weighted Gaussian policy."""

    def __init__(self, observation, action, batch=256):
        self.v = fill(mlp(observation, 256, 256, 1), "v.")
        self.q = nn.ModuleList([mlp(observation + action, 256, 256, 1) for _ in range(2)])
        self.target = nn.ModuleList([mlp(observation + action, 256, 256, 1) for _ in range(2)]).requires_grad_(False)
        fill(self.q, "q.")
        fill(self.target, "q.")
        self.policy = fill(mlp(observation, 256, 256, action, last=nn.Tanh()), "policy.")
        self.log_std = nn.Parameter(torch.zeros(action))
        self.v_optimizer = torch.optim.Adam(self.v.parameters(), lr=3e-4)
        self.q_optimizer = torch.optim.Adam(self.q.parameters(), lr=3e-4)
        self.policy_optimizer = torch.optim.Adam([*self.policy.parameters(), self.log_std], lr=3e-4)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.policy_optimizer, 1_000_000)
        self.obs, self.act, self.next = data("obs", batch, observation), data("act", batch, action), data("next", batch, observation)
        self.reward, self.discount = data("reward", batch), (1.0 - (data("done", batch) > 0.9).float()) * 0.99

    def step(self):
        both = torch.cat([self.obs, self.act], 1)
        with torch.no_grad():
            next_v = self.v(self.next).squeeze(-1)
            target_q = torch.min(self.target[0](both), self.target[1](both)).squeeze(-1)
        advantage = target_q - self.v(self.obs).squeeze(-1)
        v_loss = torch.mean(torch.abs(0.7 - (advantage < 0).float()) * advantage**2)
        self.update(self.v_optimizer, v_loss)

        goal = self.reward + self.discount * next_v
        q_loss = sum(F.mse_loss(q(both).squeeze(-1), goal) for q in self.q) / 2
        self.update(self.q_optimizer, q_loss)
        with torch.no_grad():
            for old, new in zip(self.target.parameters(), self.q.parameters()):
                old.lerp_(new, 0.005)

        weight = torch.exp(3.0 * advantage.detach()).clamp(max=100.0)
        logs = torch.distributions.Normal(self.policy(self.obs), torch.exp(self.log_std.clamp(-20.0, 2.0))).log_prob(self.act).sum(-1)
        policy_loss = torch.mean(-weight * logs)
        self.update(self.policy_optimizer, policy_loss)
        self.schedule.step()
        return v_loss.item() + q_loss.item() + policy_loss.item()

    @staticmethod
    def update(optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


class Vem(Trained):
    """Value-based episodic memory (Ma et al. 2021), interleaved: four expectile values with soft targets, advantage-weighted Gaussian policy."""

    def __init__(self, observation, action, batch=256):
        self.v, self.target = nn.ModuleDict(), nn.ModuleDict()
        for head in ["v1", "v2", "v3", "v4"]:
            self.v[head], self.target[head] = self.network(observation, 1), self.network(observation, 1)
        fill(self.v, "values.")
        fill(self.target, "values.").requires_grad_(False)
        self.policy = fill(self.network(observation, action), "actor.")
        self.log_std = nn.Parameter(torch.zeros(action))
        self.v_optimizer = torch.optim.Adam(self.v.parameters(), lr=3e-4)
        self.policy_optimizer = torch.optim.Adam([*self.policy.parameters(), self.log_std], lr=3e-4)
        self.obs, self.act, self.returns = data("obs", batch, observation), data("act", batch, action), data("return", batch, 2)

    def step(self):
        values = torch.cat([v(self.obs) for v in self.v.values()], 1)
        gap = self.returns.repeat_interleave(2, 1) - values
        v_loss = torch.mean(torch.abs(0.7 - (gap < 0).float()) * gap**2)
        Iql.update(self.v_optimizer, v_loss)
        with torch.no_grad():
            for old, new in zip(self.target.parameters(), self.v.parameters()):
                old.lerp_(new, 0.005)

        advantage = self.returns.min(1).values - values.detach().mean(1)
        weight = torch.exp(3.0 * advantage).clamp(max=100.0)
        deviation = torch.exp(-6.0 + 6.0 * torch.sigmoid(self.log_std))
        logs = torch.distributions.Normal(torch.tanh(self.policy(self.obs)), deviation).log_prob(self.act).sum(-1)
        policy_loss = torch.mean(-weight * logs)
        Iql.update(self.policy_optimizer, policy_loss)
        return v_loss.item() + policy_loss.item()

    @staticmethod
    def network(inputs, outputs):
        return nn.Sequential(OrderedDict(fc1=nn.Linear(inputs, 256), relu1=nn.ReLU(), fc2=nn.Linear(256, 256), relu2=nn.ReLU(), out=nn.Linear(256, outputs)))


class Block(nn.Module):
    def __init__(self, width, heads, drop):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads, drop, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width), nn.Dropout(drop))
        self.drop = nn.Dropout(drop)

    def forward(self, x, causal, padding):
        h = self.norm1(x)
        x = x + self.drop(self.attention(h, h, h, attn_mask=causal, key_padding_mask=padding, need_weights=False)[0])
        return x + self.mlp(self.norm2(x))


class DecisionTransformer(nn.Module):
    def __init__(self, observation, action, context=20, width=128, layers=3, heads=1, drop=0.1):
        super().__init__()
        self.time = nn.Embedding(1000 + context, width)
        self.state, self.action, self.ret = nn.Linear(observation, width), nn.Linear(action, width), nn.Linear(1, width)
        self.emb_norm, self.out_norm, self.emb_drop = nn.LayerNorm(width), nn.LayerNorm(width), nn.Dropout(drop)
        self.blocks = nn.ModuleList([Block(width, heads, drop) for _ in range(layers)])
        self.head = nn.Sequential(nn.Linear(width, action), nn.Tanh())
        self.register_buffer("causal", ~torch.tril(torch.ones(3 * context, 3 * context)).bool())

    def forward(self, states, actions, returns, steps, padding=None):
        b, k = steps.shape
        t = self.time(steps)
        x = torch.stack([self.ret(returns.unsqueeze(-1)) + t, self.state(states) + t, self.action(actions) + t], 2).reshape(b, 3 * k, -1)
        if padding is not None:
            padding = padding.repeat_interleave(3, 1)
        x = self.emb_drop(self.emb_norm(x))
        for block in self.blocks:
            x = block(x, self.causal[: 3 * k, : 3 * k], padding)
        return self.head(self.out_norm(x)[:, 1::3])


class TransformerTraining(Trained):
    def __init__(self, observation, action, drop=0.1, batch=64, context=20):
        self.model = fill(DecisionTransformer(observation, action, context, drop=drop))
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-4, weight_decay=1e-4)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, lambda s: min((s + 1) / 10_000, 1))
        self.states, self.actions, self.returns = data("obs", batch, context, observation), data("act", batch, context, action), data("returns", batch, context)
        self.steps = torch.arange(context).repeat(batch, 1) + (torch.arange(batch) * 13).unsqueeze(1)
        self.mask = torch.ones(batch, context)
        self.mask[: batch // 8, 3 * context // 4 :] = 0

    def step(self):
        answer = self.model(self.states, self.actions, self.returns, self.steps, self.mask == 0)
        loss = (F.mse_loss(answer, self.actions, reduction="none") * self.mask.unsqueeze(-1)).mean()
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 0.25)
        self.optimizer.step()
        self.schedule.step()
        return loss.item()

    def check(self, steps):
        plain = TransformerTraining(self.states.shape[-1], self.actions.shape[-1], drop=0.0, batch=self.states.shape[0])
        return [plain.step() for _ in range(steps)]


class TransformerActing(Trained):
    def __init__(self, observation, action, context=20):
        self.model = fill(DecisionTransformer(observation, action, context)).eval()
        self.window = data("obs", 1, context, observation), data("act", 1, context, action), data("returns", 1, context), torch.arange(context).unsqueeze(0)

    @torch.inference_mode()
    def step(self):
        return float(self.model(*self.window)[0, -1].numpy()[0])


class NetworkActing(Trained):
    def __init__(self, *sizes):
        self.net = fill(mlp(*sizes))
        self.x = data("x", 1, sizes[0])

    @torch.inference_mode()
    def step(self):
        return self.net(self.x).item()


WORK = {
    "gemm-256": lambda: Product(256, 256, 256),
    "gemm-512": lambda: Product(512, 512, 512),
    "gemm-1280": lambda: Product(1280, 128, 512),
    "mlp": lambda: Regression([11, 256, 256, 1], 3e-4, "y"),
    "iql": lambda: Iql(11, 3),
    "iql-17": lambda: Iql(17, 6),
    "vem": lambda: Vem(11, 3),
    "vem-17": lambda: Vem(17, 6),
    "ae-17": lambda: Regression([17, 128, 64, 16, 64, 128, 17], 1e-3),
    "ae-384": lambda: Regression([384, 256, 64, 256, 384], 1e-3),
    "dt": lambda: TransformerTraining(11, 3),
    "dt-act": lambda: TransformerActing(11, 3),
    "mlp-act": lambda: NetworkActing(11, 256, 256, 1),
}


def blas():
    """The libraries with BLAS's routines that this process has loaded."""
    torch.mm(torch.ones(8, 8), torch.ones(8, 8))
    if not os.path.exists("/proc/self/maps"):
        return []  # not Linux: the build's configuration has to say
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split(maxsplit=5)[-1].strip() for line in maps if "/" in line}
    return sorted(os.path.realpath(p) for p in paths if any(n in os.path.basename(p) for n in ("blas", "mkl", "blis", "atlas")))


def hello():
    return {"torch": torch.__version__, "python": sys.version.split()[0], "threads": torch.get_num_threads(), "blas": blas(), "config": torch.__config__.show()}


def main():
    made = {}
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "hello":
            answer = hello()
        elif request["do"] == "check":
            answer = {"values": WORK[request["work"]]().check(request["steps"])}
        else:
            work = made.setdefault(request["work"], None) or WORK[request["work"]]()
            made[request["work"]] = work
            start = time.perf_counter()
            for _ in range(request["steps"]):
                work.step()
            answer = {"seconds": time.perf_counter() - start}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
