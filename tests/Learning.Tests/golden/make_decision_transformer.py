#!/usr/bin/python3
"""Writes decision_transformer.safetensors: small Decision Transformers of PyTorch, windows, and the actions that follow them.

Debian: apt-get install python3-torch libopenblas0-openmp; then: /usr/bin/python3 make_decision_transformer.py
Every number comes from the seed below; seed and version are in the file's metadata.
"""
import json
import os

import numpy
import torch
import torch.nn as nn

SEED = 20261
torch.manual_seed(SEED)
tensors = {}


class Block(nn.Module):
    def __init__(self, width, heads, activation):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(width, 3 * width), activation(), nn.Linear(3 * width, width))

    def forward(self, x):
        tokens = x.shape[1]
        h = self.norm1(x)
        x = x + self.attention(h, h, h, attn_mask=~torch.tril(torch.ones(tokens, tokens)).bool(), need_weights=False)[0]
        return x + self.mlp(self.norm2(x))


class DecisionTransformer(nn.Module):
    def __init__(self, observation, action, width, heads, layers, steps, activation):
        super().__init__()
        self.time = nn.Embedding(steps, width)
        self.state, self.action, self.ret = nn.Linear(observation, width), nn.Linear(action, width), nn.Linear(1, width)
        self.emb_norm, self.out_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.blocks = nn.ModuleList([Block(width, heads, activation) for _ in range(layers)])
        self.head = nn.Sequential(nn.Linear(width, action), nn.Tanh())

    def forward(self, returns, states, actions, steps):
        t = self.time(steps)
        parts = [self.ret(returns.unsqueeze(-1)) + t, self.state(states) + t, self.action(actions) + t]
        x = torch.stack(parts, dim=1).permute(0, 2, 1, 3).reshape(1, 3 * steps.shape[1], -1)
        x = self.emb_norm(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.out_norm(x)[:, 1::3])


def add(model, name, observation, action, context, steps):
    for parameter in model.parameters():
        # Norms start at 1 and 0, which would hide a scale or shift that is left out.
        parameter.data.add_(0.1 * torch.randn(parameter.shape))
    model.eval()
    for key, value in model.state_dict().items():
        tensors[f"{name}.{key}"] = value
    for k in range(1, context + 1):
        start = int(torch.randint(0, steps - k, (1,)))
        times = torch.arange(start, start + k)
        returns, states, actions = torch.randn(1, k), torch.randn(1, k, observation), torch.randn(1, k, action)
        with torch.no_grad():
            answer = model(returns, states, actions, times.unsqueeze(0))[0, -1]
        window = {"returns": returns[0], "observations": states[0], "actions": actions[0, :-1], "timesteps": times.int(), "answer": answer}
        for key, value in window.items():
            tensors[f"{name}.window{k}.{key}"] = value


add(DecisionTransformer(11, 3, 32, 1, 3, 50, nn.ReLU), "relu", 11, 3, 7, 50)
add(DecisionTransformer(4, 2, 36, 3, 2, 30, nn.GELU), "gelu", 4, 2, 5, 30)
add(DecisionTransformer(2, 1, 16, 2, 1, 30, nn.GELU), "single", 2, 1, 4, 30)

header, data = {"__metadata__": {"torch": torch.__version__, "seed": str(SEED)}}, b""
for key, value in tensors.items():
    raw = value.contiguous().numpy().tobytes()
    kind = {torch.float32: "F32", torch.int32: "I32"}[value.dtype]
    header[key] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "decision_transformer.safetensors"), "wb") as file:
    file.write(numpy.uint64(len(text)).tobytes() + text + data)
