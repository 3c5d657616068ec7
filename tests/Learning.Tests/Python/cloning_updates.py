"""Behaviour cloning in PyTorch: reads a checkpoint and batches, does the updates, writes the weights after them."""
import json
import struct
import sys

import numpy as np
import torch

request = json.load(open(sys.argv[1]))
data = open(request["checkpoint"], "rb").read()
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8 : 8 + length])


def weights(name):
    entry = header["cloner." + name]
    start, end = entry["data_offsets"]
    values = np.frombuffer(data[8 + length + start : 8 + length + end], dtype=np.float32)
    return torch.tensor(values.reshape(entry["shape"]).copy(), requires_grad=True)


names = ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "out.weight", "out.bias"]
if "cloner.log_deviation" in header:
    names.append("log_deviation")
parameters = {name: weights(name) for name in names}
optimizer = torch.optim.Adam(parameters.values(), lr=request["learning_rate"])
first = np.array(request["batches"][0]["observations"])
mean, deviation = first.mean(0), first.std(0) + 1e-3
losses = []
for batch in request["batches"]:
    x = torch.tensor((np.array(batch["observations"]) - mean) / deviation, dtype=torch.float32)
    target = torch.tensor(batch["targets"], dtype=torch.float32)
    x = torch.relu(x @ parameters["fc1.weight"].T + parameters["fc1.bias"])
    x = torch.relu(x @ parameters["fc2.weight"].T + parameters["fc2.bias"])
    answer = torch.tanh(x @ parameters["out.weight"].T + parameters["out.bias"])
    if "log_deviation" in parameters:
        normal = torch.distributions.Normal(answer, parameters["log_deviation"].clamp(-5, 2).exp())
        loss = -normal.log_prob(target).sum(1).mean()
    else:
        loss = torch.nn.functional.mse_loss(answer, target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
json.dump({"losses": losses, "weights": {name: value.detach().reshape(-1).tolist() for name, value in parameters.items()}}, sys.stdout)
