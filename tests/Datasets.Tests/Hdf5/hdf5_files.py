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


def write(path, variant):
    n = 1000
    gzip = {"compression": "gzip"}
    latest = {"libver": "latest"} if variant == "latest" else {}
    with h5py.File(path, "w", **latest) as f:
        if variant == "v2" or variant == "latest":
            f.create_dataset("observations", data=observations(n, 11, "f4"), **gzip)
            f.create_dataset("next_observations", data=observations(n, 11, "f4") + np.float32(1), **gzip)
            f.create_dataset("actions", data=actions(n, 3, "f4"), **gzip)
            f.create_dataset("rewards", data=rewards(n, "f4"), **gzip)
            f.create_dataset("terminals", data=every(n, 90), **gzip)
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
            f["terminals"] = every(n, 90)
        elif variant == "replay":
            packed = {"compression": "gzip", "shuffle": True, "chunks": True}
            f.create_dataset("observations", data=observations(n, 11, "f8"), **packed)
            f.create_dataset("actions", data=actions(n, 3, "f8"), **packed)
            f.create_dataset("rewards", data=rewards(n, "f8")[:, None], **packed)
            f.create_dataset("terminals", data=every(n, 90)[:, None], **packed)
            f.create_dataset("timeouts", data=every(n, 400).astype("u1"), **packed)
        elif variant == "foreign":
            f.create_dataset("observations", data=observations(n, 11, ">f4"), chunks=(97, 4), **gzip)
            f.create_dataset("actions", data=actions(n, 3, ">f8"), chunks=(50, 3))
            f.create_dataset("rewards", data=rewards(n, "f4"), chunks=(64,), fletcher32=True)
            f.create_dataset("terminals", data=every(n, 90).astype("f4"), chunks=(33,))
            f.create_dataset("timeouts", data=every(n, 400).astype(">i4"))
        elif variant == "lzf":
            f["observations"] = observations(n, 11, "f4")
            f.create_dataset("actions", data=actions(n, 3, "f4"), compression="lzf")
        elif variant == "pictures":
            pictures = (np.arange(n * 4 * 5 * 3) % 251).astype("u1").reshape(n, 4, 5, 3)
            f.create_dataset("observations", data=pictures, chunks=(100, 3, 2, 2), **gzip)
            f.create_dataset("actions", data=(np.arange(n) % 6).astype("u1"), **gzip)
            f.create_dataset("rewards", data=rewards(n, "f4"), **gzip)
            f.create_dataset("terminals", data=every(n, 90), **gzip)
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
