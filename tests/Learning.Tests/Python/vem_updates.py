"""VEM in PyTorch, from the equations: reads a checkpoint and batches, does the updates, writes every weight after them."""
import json
import struct
import sys

import numpy as np
import torch

request = json.load(open(sys.argv[1]))
data = open(request["checkpoint"], "rb").read()
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8 : 8 + length])
LAYERS = ["fc1", "fc2", "out"]


def weights(name, grad):
    entry = header[name]
    start, end = entry["data_offsets"]
    values = np.frombuffer(data[8 + length + start : 8 + length + end], dtype=np.float32)
    return torch.tensor(values.reshape(entry["shape"]).copy(), requires_grad=grad)


def module(prefix, grad=True):
    return {f"{prefix}.{layer}.{kind}": weights(f"{prefix}.{layer}.{kind}", grad) for layer in LAYERS for kind in ["weight", "bias"]}


def evaluate(parameters, prefix, x):
    for layer in LAYERS:
        x = x @ parameters[f"{prefix}.{layer}.weight"].T + parameters[f"{prefix}.{layer}.bias"]
        x = x if layer == "out" else torch.relu(x)
    return x


values, targets = {}, {}
for head in ["v1", "v2", "v3", "v4"]:
    values.update(module(f"values.{head}"))
    targets.update(module(f"targets.{head}", grad=False))
actor = module("actor")
actor["actor.log_deviation"] = weights("actor.log_deviation", True)
value_optimizer = torch.optim.Adam(values.values(), lr=request["value_learning_rate"])
actor_optimizer = torch.optim.Adam(actor.values(), lr=request["actor_learning_rate"])
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(actor_optimizer, request["decay_updates"]) if request["decay_updates"] else None
tau = request["expectile"]
value_losses, actor_losses = [], []
for batch in request["batches"]:
    x = torch.tensor(batch["observations"], dtype=torch.float32)
    action = torch.tensor(batch["actions"], dtype=torch.float32)
    r0, r1 = torch.tensor(batch["targets"], dtype=torch.float32).T
    v = [evaluate(values, f"values.v{head}", x).squeeze(1) for head in [1, 2, 3, 4]]
    advantage = torch.minimum(r0, r1) - torch.stack([head.detach() for head in v]).mean(0)
    if batch["learns_values"]:
        # Eq. 4 for each head, literally.
        losses = []
        for head, target in zip(v, [r0, r0, r1, r1]):
            above, below = (target - head).clamp(min=0), (target - head).clamp(max=0)
            if request["loss"] == "quantile":
                losses.append((tau * above - (1 - tau) * below).mean())
            elif request["square_weights"]:
                losses.append(((tau * above + (1 - tau) * below) ** 2).mean())
            else:
                losses.append((tau * above**2 + (1 - tau) * below**2).mean())
        loss = sum(losses) / 4
        value_optimizer.zero_grad()
        loss.backward()
        value_optimizer.step()
        value_losses.append(loss.item())
        rate = request["target_rate"]
        for name, value in values.items():
            target = targets[name.replace("values", "targets")]
            target.copy_((1 - rate) * target + rate * value.detach())
    if batch["learns_actor"]:
        kept = advantage > request["filter"]
        deviation = advantage.std()
        x, action, advantage = x[kept], action[kept], advantage[kept]
        if request["weight"] == "exp":
            weight = torch.exp(advantage / request["temperature"]).clamp(max=100)
        elif request["weight"] == "softmax":
            weight = torch.softmax(advantage / request["temperature"], 0) * len(advantage)
        else:
            weight = torch.nn.LeakyReLU(request["negative_slope"])(advantage / deviation)
        log_deviation = -6 + 6 * torch.sigmoid(actor["actor.log_deviation"])
        normal = torch.distributions.Normal(torch.tanh(evaluate(actor, "actor", x)), log_deviation.exp())
        loss = -(weight * normal.log_prob(action).sum(1)).mean()
        actor_optimizer.zero_grad()
        loss.backward()
        actor_optimizer.step()
        if schedule:
            schedule.step()
        actor_losses.append(loss.item())
everything = {**values, **targets, **actor}
json.dump({"value_losses": value_losses, "actor_losses": actor_losses, "weights": {name: value.detach().reshape(-1).tolist() for name, value in everything.items()}}, sys.stdout)
