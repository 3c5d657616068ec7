"""Mean actions of published policies in double precision: reads a JSON file of policies and rows, writes one list of actions a policy."""
import json
import sys

import numpy as np

request = json.load(open(sys.argv[1]))
answers = []
for case in request:
    policy = json.load(open(case["path"]))
    rows = np.array(case["rows"], dtype=np.float64)
    missing = len(policy["layers"][0]["W"]) - rows.shape[1]
    x = np.hstack([rows, np.zeros((len(rows), missing))])
    if policy["obs_mean"] is not None:
        x = x - np.array(policy["obs_mean"])
    if policy["obs_std"] is not None:
        x = x / np.array(policy["obs_std"])
    if policy["clip_obs"] is not None:
        x = np.clip(x, -policy["clip_obs"], policy["clip_obs"])
    for i, layer in enumerate(policy["layers"]):
        x = x @ np.array(layer["W"]) + np.array(layer["b"])
        if i < len(policy["layers"]) - 1:
            x = np.tanh(x) if policy["hidden"] == "tanh" else np.maximum(x, 0)
    if policy["out"] == "tanh":
        x = np.tanh(x)
    answers.append(np.clip(x, -1, 1).tolist())
json.dump(answers, sys.stdout)
