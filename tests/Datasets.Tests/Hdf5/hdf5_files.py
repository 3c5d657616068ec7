"""Writes and reads HDF5 files with h5py, as the other side of the tests of MemoryRL.Datasets.

Every value follows from its row and element, so that the tests know it without being told.
"""
import hashlib
import json
import sys

import h5py
import numpy as np


def observations(n, width, dtype):
    return (np.arange(n)[:, None] + np.arange(width)[None, :] / 8).astype(dtype)


def actions(n, width, dtype):
    return (((np.arange(n)[:, None] * 7 + np.arange(width)[None, :]) % 17) / 16 - 0.5).astype(dtype)


def rewards(n, dtype):
    return (np.arange(n) / 4 - 3).astype(dtype)


def every(n, step):
    return (np.arange(n) + 1) % step == 0


def replace(f, name, **arguments):
    if name in f:
        del f[name]
    f.create_dataset(name, **arguments)


def set_value(f, name, index, value):
    f[name][index] = value


FAULTS = {
    "no-actions": lambda f, n: f.pop("actions"),
    "group": lambda f, n: (f.pop("rewards"), f.create_group("rewards")),
    "short-rewards": lambda f, n: replace(f, "rewards", data=rewards(n - 1, "f4")),
    "wide-rewards": lambda f, n: replace(f, "rewards", data=np.zeros((n, 2), "f4")),
    "single-terminals": lambda f, n: replace(f, "terminals", data=True),
    "text-terminals": lambda f, n: replace(f, "terminals", data=[b"no"] * n),
    "terminals-of-two": lambda f, n: replace(f, "terminals", data=every(n, 90) * 2),
    "terminals-of-halves": lambda f, n: replace(f, "terminals", data=every(n, 90) / 2),
    "compound-actions": lambda f, n: replace(f, "actions", data=np.zeros(n, [("x", "f4"), ("y", "f4")])),
    "half-observations": lambda f, n: replace(f, "observations", data=observations(n, 11, "f2")),
    "empty-observations": lambda f, n: replace(f, "observations", shape=(n, 0), dtype="f4"),
    "negative-choice": lambda f, n: replace(f, "actions", data=np.where(np.arange(n) == 17, -1, 1)),
    "nan-observation": lambda f, n: set_value(f, "observations", (123, 4), np.nan),
    "infinite-reward": lambda f, n: set_value(f, "rewards", 7, np.inf),
    "huge-reward": lambda f, n: replace(f, "rewards", data=np.where(np.arange(n) == 8, 1e300, 0)),
    "nan-action": lambda f, n: set_value(f, "actions", (99, 2), np.nan),
    "nan-info": lambda f, n: replace(f, "infos/qpos", data=np.where(np.arange(n) == 91, np.nan, 0)),
    "nan-next": lambda f, n: replace(f, "next_observations", data=np.where(np.arange(n)[:, None] == 89, np.nan, np.zeros((n, 11)))),
    "short-info": lambda f, n: replace(f, "infos/qpos", data=np.zeros(n - 1)),
    "hollow": lambda f, n: replace(f, "rewards", shape=(n,), dtype="f4", chunks=(100,)),
    "hollow-plain": lambda f, n: replace(f, "rewards", shape=(n,), dtype="f4"),
    "external": lambda f, n: replace(f, "rewards", shape=(n,), dtype="f4", external="/dev/zero"),
    "spec": lambda f, n: replace(f, "metadata/memoryrl/spec", data="{}"),
}


def write(path, variant):
    n = 1000
    gzip = {"compression": "gzip"}
    latest = {"libver": "latest"} if variant.endswith("latest") else {}
    if variant.startswith("damage"):
        n, variant = 60, "v2"
    with h5py.File(path, "w", **latest) as f:
        if variant == "v2" or variant == "latest":
            f.create_dataset("observations", data=observations(n, 11, "f4"), **gzip)
            f.create_dataset("next_observations", data=observations(n, 11, "f4") + np.float32(1), **gzip)
            f.create_dataset("actions", data=actions(n, 3, "f4"), **gzip)
            f.create_dataset("rewards", data=rewards(n, "f4"), **gzip)
            f.create_dataset("terminals", data=every(n, 9 if n < 100 else 90), **gzip)
            f.create_dataset("timeouts", data=every(n, 400), **gzip)
            f.create_dataset("infos/qpos", data=observations(n, 6, "f8") / 3, **gzip)
            f.create_dataset("infos/action_log_probs", data=-rewards(n, "f4"), **gzip)
            f.create_dataset("infos/counts", data=np.arange(n, dtype="i8") * 10**10, **gzip)
            f.create_dataset("infos/note", data=[b"x"] * n)
            f["metadata/algorithm"] = np.bytes_("SAC")
            f["metadata/title"] = "Hüpfer"
            f["metadata/iteration"] = 99
            f["metadata/rate"] = np.float32(0.5)
            f["metadata/policy/nonlinearity"] = np.bytes_("relu")
            f["metadata/policy/fc0/weight"] = np.zeros((3, 2), "f4")
        elif variant == "v0":
            f["observations"] = observations(n, 11, "f4")
            f["actions"] = actions(n, 3, "f4") * 3
            f["rewards"] = rewards(n, "f4")
            f["terminals"] = every(n, 9 if n < 100 else 90)
        elif variant == "replay":
            packed = {"compression": "gzip", "shuffle": True, "chunks": True}
            f.create_dataset("observations", data=observations(n, 11, "f8"), **packed)
            f.create_dataset("actions", data=actions(n, 3, "f8"), **packed)
            f.create_dataset("rewards", data=rewards(n, "f8")[:, None], **packed)
            f.create_dataset("terminals", data=every(n, 9 if n < 100 else 90)[:, None], **packed)
            f.create_dataset("timeouts", data=every(n, 400).astype("u1"), **packed)
        elif variant == "foreign":
            f.create_dataset("observations", data=observations(n, 11, ">f4"), chunks=(97, 4), **gzip)
            f.create_dataset("actions", data=actions(n, 3, ">f8"), chunks=(50, 3))
            f.create_dataset("rewards", data=rewards(n, "f4"), chunks=(64,), fletcher32=True)
            f.create_dataset("terminals", data=every(n, 9 if n < 100 else 90).astype("f4"), chunks=(33,))
            f.create_dataset("timeouts", data=every(n, 400).astype(">i4"))
        elif variant == "minari-goal":
            for number in range(3):
                steps = 3 + number
                group = f.create_group(f"episode_{number}")
                group.attrs["id"] = number
                group.attrs["total_steps"] = steps
                for part, (name, width) in enumerate([("achieved_goal", 2), ("desired_goal", 2), ("observation", 4)]):
                    values = np.repeat(100.0 * (part + 1) + np.arange(steps + 1)[:, None], width, axis=1)
                    group.create_dataset(f"observations/{name}", data=values, chunks=True, maxshape=(None, width))
                group.create_dataset("actions", data=actions(steps, 2, "f4"), chunks=True, maxshape=(None, 2))
                group.create_dataset("rewards", data=rewards(steps, "f8"), chunks=True, maxshape=(None,))
                group.create_dataset("terminations", data=every(steps, steps) & (number == 1), chunks=True, maxshape=(None,))
                group.create_dataset("truncations", data=every(steps, steps) & (number == 0), chunks=True, maxshape=(None,))
                group.create_dataset("infos/success", data=np.arange(steps + 1) == steps)
        elif variant in FAULTS:
            f["observations"] = observations(n, 11, "f4")
            f["actions"] = actions(n, 3, "f4")
            f["rewards"] = rewards(n, "f4")
            f["terminals"] = every(n, 90)
            f["timeouts"] = every(n, 400)
            FAULTS[variant](f, n)
        elif variant == "lzf":
            f["observations"] = observations(n, 11, "f4")
            f.create_dataset("actions", data=actions(n, 3, "f4"), compression="lzf")
        elif variant == "pictures":
            pictures = (np.arange(n * 4 * 5 * 3) % 251).astype("u1").reshape(n, 4, 5, 3)
            f.create_dataset("observations", data=pictures, chunks=(100, 3, 2, 2), **gzip)
            f.create_dataset("actions", data=(np.arange(n) % 6).astype("u1"), **gzip)
            f.create_dataset("rewards", data=rewards(n, "f4"), **gzip)
            f.create_dataset("terminals", data=every(n, 9 if n < 100 else 90), **gzip)
            f.create_dataset("timeouts", data=every(n, 400), **gzip)
        else:
            raise ValueError(variant)


def summarize(item):
    value = item[()]
    if isinstance(value, bytes):
        return {"text": value.decode()}
    value = np.ascontiguousarray(value)
    return {"dtype": value.dtype.str, "shape": list(value.shape), "compression": item.compression, "sha256": hashlib.sha256(value.tobytes()).hexdigest()}


def read(path):
    result = {}
    with h5py.File(path, "r") as f:
        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                result[name] = summarize(item)
            for key, value in item.attrs.items():
                result[f"{name}@{key}"] = value.item() if isinstance(value, np.generic) else str(value)
        f.visititems(visit)
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](*sys.argv[2:])
