#!/usr/bin/python3
"""Writes classic.json and mini_grid.json: what Gymnasium and MiniGrid themselves do, for the tests of our tasks.

Needs gymnasium and minigrid (written with Gymnasium 1.4.0 and MiniGrid 3.1.0; neither draws anything here):
    pip install gymnasium minigrid && python3 make_golden.py
Start states and actions come from the seed below. Gymnasium keeps two states in float32 that ours keeps in double: the acrobot's first one,
which is given in full here, and the continuous car's all along, whose every step therefore starts from the double that the float32 is.
"""
import json
import os

import gymnasium
import minigrid
import numpy

SEED = 20264
HERE = os.path.dirname(os.path.abspath(__file__))
random = numpy.random.RandomState(SEED)


def numbers(values):
    return [float(f"{value:.9g}") for value in numpy.atleast_1d(values).tolist()]


def exact(values):
    return [float(value) for value in numpy.atleast_1d(values).tolist()]


# name, Gymnasium's id, start state, how many of the state's numbers are positions and in which order, a policy that reaches the goal.
CLASSIC = [
    ("cart-pole", "CartPole-v1", lambda: random.uniform(-0.05, 0.05, 4), [0, 2], [1, 3], None),
    ("mountain-car", "MountainCar-v0", lambda: numpy.array([random.uniform(-0.6, -0.4), 0.0]), [0], [1], lambda s: 2 if s[1] >= 0 else 0),
    ("mountain-car-continuous", "MountainCarContinuous-v0", lambda: numpy.array([random.uniform(-0.6, -0.4), 0.0]), [0], [1],
     lambda s: numpy.array([0.9 if s[1] >= 0 else -0.9], dtype=numpy.float32)),
    ("pendulum", "Pendulum-v1", lambda: random.uniform([-numpy.pi, -1], [numpy.pi, 1]), [0], [1], None),
    ("acrobot", "Acrobot-v1", lambda: random.uniform(-0.1, 0.1, 4), [0, 1], [2, 3], lambda s: 2 if s[3] >= 0 else 0),
]


def draw(space):
    return random.randint(space.n) if isinstance(space, gymnasium.spaces.Discrete) else random.uniform(space.low, space.high).astype(numpy.float32)


def roll(task, start, positions, velocities, policy, most):
    task.reset()
    task.state = start
    episode = {"steps": []}
    for step in range(most):
        state = numpy.array(task.state, dtype=numpy.float64)
        if step == 0 or isinstance(task.state, numpy.ndarray) and task.state.dtype == numpy.float32:
            before = [exact(state[positions]), exact(state[velocities])]
        else:
            before = None
        action = draw(task.action_space) if policy is None else policy(state)
        observation, reward, terminated, _, _ = task.step(action)
        episode["steps"].append({
            **({"from": before} if before else {}),
            "action": exact(action), "observation": numbers(observation), "reward": float(f"{float(reward):.9g}"), "terminated": bool(terminated)})
        if terminated:
            break
    return episode


def classic():
    tasks = {}
    for name, id, start, positions, velocities, policy in CLASSIC:
        spec = gymnasium.spec(id)
        task = gymnasium.make(id).unwrapped
        box = task.observation_space
        episodes, steps = [], 0
        while steps < 200:
            episodes.append(roll(task, start(), positions, velocities, None, 200 - steps))
            steps += len(episodes[-1]["steps"])
        if policy:
            episodes.append(roll(task, start(), positions, velocities, policy, 400))
            assert episodes[-1]["steps"][-1]["terminated"], name
        tasks[name] = {
            "limit": spec.max_episode_steps, "low": [str(v) for v in box.low.tolist()], "high": [str(v) for v in box.high.tolist()], "episodes": episodes}
    return {"gymnasium": gymnasium.__version__, "numpy": numpy.__version__, "seed": SEED, "tasks": tasks}


def mini_grid():
    episodes = []
    task = gymnasium.make("MiniGrid-FourRooms-v0").unwrapped
    seed = 0
    while len(episodes) < 6:
        seed += 1
        observation, _ = task.reset(seed=seed)
        wall = lambda x, y: task.grid.get(x, y) is not None and task.grid.get(x, y).type == "wall"
        goal = [(x, y) for x in range(19) for y in range(19) if task.grid.get(x, y) is not None and task.grid.get(x, y).type == "goal"][0]
        gaps = [[y for y in range(1, 9) if not wall(9, y)][0], [x for x in range(1, 9) if not wall(x, 9)][0],
                [x for x in range(10, 18) if not wall(x, 9)][0], [y for y in range(10, 18) if not wall(9, y)][0]]
        episode = {"gaps": gaps, "agent": [int(v) for v in task.agent_pos], "direction": int(task.agent_dir), "goal": list(goal),
                   "views": ["".join(str(v) for v in observation["image"].flatten())], "actions": [], "rewards": [], "terminated": False}
        truncated = False
        while not (episode["terminated"] or truncated):
            action = int(random.choice(7, p=[0.2, 0.2, 0.52, 0.02, 0.02, 0.02, 0.02]))
            observation, reward, terminated, truncated, _ = task.step(action)
            episode["views"].append("".join(str(v) for v in observation["image"].flatten()))
            episode["actions"].append(action)
            episode["rewards"].append(float(f"{reward:.9g}"))
            episode["terminated"] = bool(terminated)
        # Half of the episodes kept reach the goal.
        if sum(e["terminated"] == episode["terminated"] for e in episodes) < 3:
            episodes.append(episode)
    # How often each cell of the first view is unseen, wall and goal: what the draw of rooms, agent and goal comes to.
    resets, counts = 10_000, numpy.zeros((3, 49), dtype=int)
    for seed in range(resets):
        kinds = task.reset(seed=SEED + seed)[0]["image"][:, :, 0].flatten()
        counts += numpy.stack([kinds == 0, kinds == 2, kinds == 8])
    return {"minigrid": minigrid.__version__, "gymnasium": gymnasium.__version__, "seed": SEED, "episodes": episodes,
            "starts": {"resets": resets, "unseen": counts[0].tolist(), "wall": counts[1].tolist(), "goal": counts[2].tolist()}}


for file, golden in [("classic.json", classic()), ("mini_grid.json", mini_grid())]:
    with open(os.path.join(HERE, file), "w", encoding="utf-8") as output:
        json.dump(golden, output, separators=(",", ":"))
        output.write("\n")
