#!/usr/bin/python3
"""Implicit Q-learning (Kostrikov et al. 2021, arXiv:2110.06169) in PyTorch: the independent peer of `memoryrl train iql`.

Our own writing, true to the official settings: Adam 3e-4 (the actor's rate decays along half a cosine over all updates), networks of 256-256, batch 256,
discount .99, target rate .005, expectile .7 and temperature 3 (AntMaze: .9, 10, rewards - 1); in one update first V (target Q, the smaller of two),
then the actor (target Q and new V, weight min(exp(temperature (Q - V)), 100), tanh mean, log std clipped to [-5, 2]), then Q (new V of the next
observation), then the target. Weights start as PyTorch's do, where the official code has orthogonal ones: as in MemoryRL.

Reads an HDF5 file in D4RL's layout by the rules of D4RL's qlearning_dataset (the next observation is the next row; the last step of a timed-out
episode and the file's last row are left out), and writes the policy in the JSON form that `memoryrl evaluate --task` reads.
Debian: apt-get install python3-torch python3-h5py libopenblas0-openmp

  benchmarks/peers/iql.py --dataset hopper-medium-replay.hdf5 --updates 100000 --seed 0 --threads 1 --out iql-0.json
  memoryrl evaluate iql-0.json --task hopper --episodes 100
"""
import argparse
import json
import math
import os
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--dataset", required=True, metavar="FILE", help="the data, HDF5 in D4RL's layout")
parser.add_argument("--out", required=True, metavar="FILE", help="the policy, JSON; its folder must be there")
parser.add_argument("--updates", type=int, default=1_000_000, help="updates, over which the actor's learning rate decays (%(default)s)")
parser.add_argument("--seed", type=int, default=0, help="seed of weights and batches (%(default)s)")
parser.add_argument("--threads", type=int, default=1, help="threads of PyTorch and OpenBLAS (%(default)s)")
parser.add_argument("--expectile", type=float, default=0.7, help="expectile of V (%(default)s)")
parser.add_argument("--temperature", type=float, default=3.0, help="inverse temperature of the actor's weights (%(default)s)")
parser.add_argument("--weight-limit", type=float, default=100.0, help="largest of those weights (%(default)s)")
parser.add_argument("--reward-scale", default="1", help="a number, or 'returns' for 1000 over the spread of the episodes' returns, as the official code has for locomotion (%(default)s)")
parser.add_argument("--reward-shift", type=float, default=0.0, help="added to a scaled reward (%(default)s)")
parser.add_argument("--discount", type=float, default=0.99, help="discount of a step (%(default)s)")
parser.add_argument("--batch-size", type=int, default=256, help="transitions in an update (%(default)s)")
parser.add_argument("--hidden-sizes", default="256-256", help="widths of the hidden layers (%(default)s)")
parser.add_argument("--learning-rate", type=float, default=3e-4, help="Adam's, of all networks (%(default)s)")
parser.add_argument("--target-update-rate", type=float, default=0.005, help="how far the target critics go (%(default)s)")
parser.add_argument("--print-every", type=int, default=1000, help="updates between two lines of progress (%(default)s)")
parser.add_argument("--save-every", type=int, default=0, help="also write <out>-<updates>.json every so many updates (0: never)")
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)

import h5py
import numpy as np
import torch
import torch.nn as nn

torch.set_num_threads(options.threads)
torch.manual_seed(options.seed)


def read(path, scale, shift):
    """The transitions of a file as tensors, and the scale that its rewards were given."""
    with h5py.File(path, "r") as file:
        observations, actions = file["observations"][:].astype(np.float32), file["actions"][:].astype(np.float32)
        rewards, terminals = file["rewards"][:].astype(np.float32).reshape(-1), file["terminals"][:].astype(bool).reshape(-1)
        timeouts = file["timeouts"][:].astype(bool).reshape(-1) if "timeouts" in file else np.zeros_like(terminals)
    if scale == "returns":
        ends = np.flatnonzero(terminals | timeouts)
        starts = np.concatenate([[0], ends[:-1] + 1])
        returns = [rewards[first : last + 1].sum(dtype=np.float64) for first, last in zip(starts, ends)]
        scale = 1000.0 / (max(returns) - min(returns))
    scale = float(scale)
    kept = np.flatnonzero(~timeouts[:-1])
    return {
        "s": torch.from_numpy(observations[kept]),
        "a": torch.from_numpy(np.clip(actions[kept], -1 + 1e-5, 1 - 1e-5)),
        "r": torch.from_numpy((rewards[kept] * scale + shift).astype(np.float32)),
        "s2": torch.from_numpy(observations[kept + 1]),
        "m": torch.from_numpy(1 - terminals[kept].astype(np.float32)),
    }, scale


def mlp(*sizes):
    layers = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Actor(nn.Module):
    def __init__(self, features, hidden, actions):
        super().__init__()
        self.net = mlp(features, *hidden, actions)
        self.log_std = nn.Parameter(torch.zeros(actions))

    def log_prob(self, s, a):
        return torch.distributions.Normal(torch.tanh(self.net(s)), torch.exp(self.log_std.clamp(-5.0, 2.0))).log_prob(a).sum(-1)


class Iql:
    def __init__(self, features, actions):
        hidden = [int(width) for width in options.hidden_sizes.split("-")]
        self.v = mlp(features, *hidden, 1)
        self.actor = Actor(features, hidden, actions)
        self.q = nn.ModuleList([mlp(features + actions, *hidden, 1) for _ in range(2)])
        self.target = nn.ModuleList([mlp(features + actions, *hidden, 1) for _ in range(2)]).requires_grad_(False)
        self.target.load_state_dict(self.q.state_dict())
        self.v_adam = torch.optim.Adam(self.v.parameters(), lr=options.learning_rate)
        self.q_adam = torch.optim.Adam(self.q.parameters(), lr=options.learning_rate)
        self.actor_adam = torch.optim.Adam(self.actor.parameters(), lr=options.learning_rate)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.actor_adam, options.updates)

    def update(self, s, a, r, s2, m):
        both = torch.cat([s, a], 1)
        with torch.no_grad():
            q = torch.min(self.target[0](both), self.target[1](both)).squeeze(-1)
        u = q - self.v(s).squeeze(-1)
        v_loss = (torch.abs(options.expectile - (u < 0).float()) * u**2).mean()
        self.step(self.v_adam, v_loss)

        with torch.no_grad():
            weight = torch.exp(options.temperature * (q - self.v(s).squeeze(-1))).clamp(max=options.weight_limit)
            goal = r + options.discount * m * self.v(s2).squeeze(-1)
        actor_loss = -(weight * self.actor.log_prob(s, a)).mean()
        self.step(self.actor_adam, actor_loss)
        self.schedule.step()

        q_loss = sum(((critic(both).squeeze(-1) - goal) ** 2).mean() for critic in self.q)
        self.step(self.q_adam, q_loss)
        with torch.no_grad():
            for old, new in zip(self.target.parameters(), self.q.parameters()):
                old.lerp_(new, options.target_update_rate)
        return v_loss.item(), actor_loss.item(), q_loss.item()

    @staticmethod
    def step(optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def save(self, path, updates, scale):
        # No deviation: the evaluated policy is the mean, and the form would sample before tanh, which this actor does not.
        layers = [{"W": layer.weight.detach().T.tolist(), "b": layer.bias.detach().tolist()} for layer in self.actor.net if isinstance(layer, nn.Linear)]
        source = f"benchmarks/peers/iql.py, PyTorch {torch.__version__}, {os.path.basename(options.dataset)}, seed {options.seed}, {updates} updates, reward scale {scale:.6g}"
        policy = {"name": f"iql-peer-{options.seed}", "obs_mean": None, "obs_std": None, "clip_obs": None, "layers": layers, "hidden": "relu", "out": "tanh", "logstd": None, "source": source}
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump(policy, file)
        os.replace(path + ".part", path)


def main():
    data, scale = read(options.dataset, options.reward_scale, options.reward_shift)
    count = len(data["r"])
    learner = Iql(data["s"].shape[1], data["a"].shape[1])
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads; {count:,} transitions; reward scale {scale:.6g}, shift {options.reward_shift:g}", flush=True)
    seconds, losses = 0.0, np.zeros(3)
    start = time.perf_counter()
    for update in range(1, options.updates + 1):
        rows = torch.randint(count, (options.batch_size,))
        losses += learner.update(*(data[name][rows] for name in ("s", "a", "r", "s2", "m")))
        if update % options.print_every == 0 or update == options.updates:
            seconds += time.perf_counter() - start
            done = (update - 1) % options.print_every + 1
            v, actor, q = losses / done
            left = seconds / update * (options.updates - update)
            print(f"update {update:,}: value loss {v:.4g}, actor loss {actor:.4g}, critic loss {q:.4g}; {1000 * seconds / update:.2f} ms an update, {left / 60:.1f} min left", flush=True)
            if not math.isfinite(v + actor + q):
                sys.exit("a loss is not finite")
            losses[:] = 0
            start = time.perf_counter()
        if options.save_every > 0 and update % options.save_every == 0:
            saved = time.perf_counter()
            learner.save(f"{os.path.splitext(options.out)[0]}-{update}.json", update, scale)
            start += time.perf_counter() - saved
    learner.save(options.out, options.updates, scale)
    print(f"wrote {options.out}")


if __name__ == "__main__":
    main()
