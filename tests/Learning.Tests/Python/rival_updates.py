"""IQL, AWR and TD3+BC in PyTorch, in double precision: reads a checkpoint and batches, does the updates, writes losses and weights after them.

Written from the papers and the settings of their official codes; it shares nothing with the learners but the names of the tensors.
"""
import json
import struct
import sys

import numpy as np
import torch

torch.set_default_dtype(torch.float64)


def read(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            values = np.frombuffer(data[8 + length + start : 8 + length + end], dtype=np.float32).astype(np.float64)
            tensors[name] = torch.tensor(values.reshape(entry["shape"]))
    return tensors


class Net(torch.nn.Module):
    """fc1, fc2, ..., out with ReLU between, as the checkpoint has them."""

    def __init__(self, tensors, prefix, tanh=False):
        super().__init__()
        self.tanh = tanh
        self.names = [n[len(prefix) + 1 : -7] for n in tensors if n.startswith(prefix + ".fc") and n.endswith(".weight")]
        self.names.sort()
        for name in self.names + ["out"]:
            weight, bias = tensors[f"{prefix}.{name}.weight"], tensors[f"{prefix}.{name}.bias"]
            layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
            with torch.no_grad():
                layer.weight.copy_(weight)
                layer.bias.copy_(bias)
            self.add_module(name, layer)
        if f"{prefix}.log_deviation" in tensors:
            self.log_deviation = torch.nn.Parameter(tensors[f"{prefix}.log_deviation"].clone())

    def forward(self, x):
        for name in self.names:
            x = torch.relu(getattr(self, name)(x))
        x = self.out(x)
        return torch.tanh(x) if self.tanh else x

    def log_prob(self, s, a):
        std = torch.exp(torch.clamp(self.log_deviation, -5.0, 2.0))
        return torch.distributions.Normal(self(s), std).log_prob(a).sum(-1)


def step(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def follow(target, net, rate):
    with torch.no_grad():
        for old, new in zip(target.parameters(), net.parameters()):
            old.copy_((1 - rate) * old + rate * new)


class Iql:
    """Kostrikov et al. 2021: V, then the actor, then Q, then the target (Algorithm 1 and the official code's order)."""

    def __init__(self, t, o):
        self.o = o
        self.v, self.actor = Net(t, "iql.value"), Net(t, "iql.actor", tanh=True)
        self.q = torch.nn.ModuleList([Net(t, "iql.critic1"), Net(t, "iql.critic2")])
        self.target = torch.nn.ModuleList([Net(t, "iql.target1"), Net(t, "iql.target2")])
        self.v_adam = torch.optim.Adam(self.v.parameters(), lr=o["value-learning-rate"])
        self.q_adam = torch.optim.Adam(self.q.parameters(), lr=o["critic-learning-rate"])
        self.actor_adam = torch.optim.Adam(self.actor.parameters(), lr=o["actor-learning-rate"])
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.actor_adam, o["max-updates"])
        self.nets = {"iql.value": self.v, "iql.actor": self.actor, "iql.critic1": self.q[0], "iql.critic2": self.q[1], "iql.target1": self.target[0], "iql.target2": self.target[1]}

    def update(self, b):
        o, both = self.o, torch.cat([b["s"], b["a"]], 1)
        with torch.no_grad():
            q = torch.min(self.target[0](both), self.target[1](both)).squeeze(1)
        u = q - self.v(b["s"]).squeeze(1)
        weight = torch.where(u < 0, torch.full_like(u, 1 - o["expectile"]), torch.full_like(u, o["expectile"]))
        v_loss = step(self.v_adam, (weight * u**2).mean())
        with torch.no_grad():
            advantage = q - self.v(b["s"]).squeeze(1)
            weight = torch.clamp(torch.exp(o["temperature"] * advantage), max=o["weight-limit"])
        actor_loss = step(self.actor_adam, -(weight * self.actor.log_prob(b["s"], b["a"])).mean())
        self.schedule.step()
        with torch.no_grad():
            goal = b["r"] + o["discount"] * (1 - b["terminated"]) * self.v(b["s2"]).squeeze(1)
        q_loss = step(self.q_adam, sum(((critic(both).squeeze(1) - goal) ** 2).mean() for critic in self.q))
        for target, critic in zip(self.target, self.q):
            follow(target, critic, o["target-update-rate"])
        return {"value_loss": v_loss, "actor_loss": actor_loss, "critic_loss": q_loss}


class Awr:
    """Peng et al. 2019, with returns in place of TD(lambda)."""

    def __init__(self, t, o):
        self.o = o
        self.v, self.actor = Net(t, "awr.value"), Net(t, "awr.actor", tanh=True)
        self.v_adam = torch.optim.Adam(self.v.parameters(), lr=o["value-learning-rate"])
        self.actor_adam = torch.optim.Adam(self.actor.parameters(), lr=o["actor-learning-rate"])
        self.nets = {"awr.value": self.v, "awr.actor": self.actor}

    def update(self, b):
        o = self.o
        v_loss = step(self.v_adam, ((self.v(b["s"]).squeeze(1) - b["return"]) ** 2).mean())
        with torch.no_grad():
            advantage = b["return"] - self.v(b["s"]).squeeze(1)
            if o["normalize-advantages"]:
                advantage = (advantage - advantage.mean()) / (advantage.std(unbiased=False) + 1e-5)
            weight = torch.clamp(torch.exp(advantage / o["temperature"]), max=o["weight-limit"])
        actor_loss = step(self.actor_adam, -(weight * self.actor.log_prob(b["s"], b["a"])).mean())
        return {"value_loss": v_loss, "actor_loss": actor_loss}


class Td3Bc:
    """Fujimoto and Gu 2021; the noise is the request's."""

    def __init__(self, t, o):
        self.o, self.count = o, 0
        self.actor, self.old_actor = Net(t, "td3_bc.actor", tanh=True), Net(t, "td3_bc.target_actor", tanh=True)
        self.q = torch.nn.ModuleList([Net(t, "td3_bc.critic1"), Net(t, "td3_bc.critic2")])
        self.old_q = torch.nn.ModuleList([Net(t, "td3_bc.target1"), Net(t, "td3_bc.target2")])
        self.q_adam = torch.optim.Adam(self.q.parameters(), lr=o["critic-learning-rate"])
        self.actor_adam = torch.optim.Adam(self.actor.parameters(), lr=o["actor-learning-rate"])
        self.moments = None
        self.nets = {"td3_bc.actor": self.actor, "td3_bc.critic1": self.q[0], "td3_bc.critic2": self.q[1], "td3_bc.target_actor": self.old_actor, "td3_bc.target1": self.old_q[0], "td3_bc.target2": self.old_q[1]}

    def update(self, b):
        o = self.o
        if self.moments is None:
            self.moments = b["s"].mean(0), b["s"].std(0, unbiased=False) + 1e-3
        s, s2 = (b["s"] - self.moments[0]) / self.moments[1], (b["s2"] - self.moments[0]) / self.moments[1]
        with torch.no_grad():
            noise = torch.clamp(b["noise"] * o["policy-noise"], -o["noise-limit"], o["noise-limit"])
            both = torch.cat([s2, torch.clamp(self.old_actor(s2) + noise, -1, 1)], 1)
            goal = b["r"] + o["discount"] * (1 - b["terminated"]) * torch.min(self.old_q[0](both), self.old_q[1](both)).squeeze(1)
        both = torch.cat([s, b["a"]], 1)
        losses = {"critic_loss": step(self.q_adam, sum(((critic(both).squeeze(1) - goal) ** 2).mean() for critic in self.q))}
        self.count += 1
        if self.count % o["policy-delay"] == 0:
            pi = self.actor(s)
            q = self.q[0](torch.cat([s, pi], 1))
            loss = -o["alpha"] / q.abs().mean().detach() * q.mean() + ((pi - b["a"]) ** 2).mean()
            losses["actor_loss"] = step(self.actor_adam, loss)
            follow(self.old_actor, self.actor, o["target-update-rate"])
            for target, critic in zip(self.old_q, self.q):
                follow(target, critic, o["target-update-rate"])
        return losses


if __name__ == "__main__":
    request = json.load(open(sys.argv[1]))
    learner = {"iql": Iql, "awr": Awr, "td3-bc": Td3Bc}[request["algorithm"]](read(request["checkpoint"]), request["options"])
    losses = [learner.update({name: torch.tensor(values) for name, values in batch.items()}) for batch in request["batches"]]
    weights = {f"{net}.{name}": value.detach().reshape(-1).tolist() for net, module in learner.nets.items() for name, value in module.named_parameters()}
    json.dump({"losses": losses, "weights": weights}, sys.stdout)
