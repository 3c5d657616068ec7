#!/usr/bin/python3
"""Writes losses.json: the losses of 200 updates in PyTorch, from the weights and batches of the benchmark's formula.

Debian: apt-get install python3-torch libopenblas0-openmp; then: /usr/bin/python3 make_losses.py
Nothing is drawn: dropout is off, and numbers come from hashes of their names (benchmarks/peers/tensors.py).
It prints how far double precision leads from them: that is what rounding alone does to such a training.
"""
import json
import os
import sys

sys.argv = [sys.argv[0], "1"]
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "../../../benchmarks/peers"))
import tensors
import torch

UPDATES = 200
WORK = {
    "iql": lambda: tensors.Iql(11, 3),
    "vem": lambda: tensors.Vem(11, 3),
    "ae": lambda: tensors.Regression([17, 128, 64, 16, 64, 128, 17], 2e-4),
    "dt": lambda: tensors.TransformerTraining(11, 3, drop=0.0, batch=8),
}


def widen(item):
    """The same numbers, computed with in double precision."""
    for name, value in vars(item).items():
        if isinstance(value, torch.nn.Module):
            value.double()
        elif isinstance(value, torch.nn.Parameter):
            value.data = value.data.double()
        elif isinstance(value, torch.Tensor) and value.is_floating_point():
            setattr(item, name, value.double())
    return item


def losses(item):
    return [float(f"{item.step():.12g}") for _ in range(UPDATES)]


result = {name: losses(make()) for name, make in WORK.items()}
for name, make in WORK.items():
    print(name, max(abs(s / d - 1) for s, d in zip(result[name], losses(widen(make())))))
with open(os.path.join(here, "losses.json"), "w", encoding="utf-8") as file:
    json.dump({"torch": torch.__version__, "script": "make_losses.py", "updates": UPDATES, "losses": result}, file)
    file.write("\n")
