"""Writes numpy.safetensors by the published format alone (https://github.com/huggingface/safetensors, README, "Format").

Run with Debian's python3-numpy:  python3 make_numpy_fixture.py
It also reads back the file given as an argument, so that files written here can be checked by an independent reader.
"""

import json
import pathlib
import struct
import sys

import numpy

NAMES = {"float32": "F32", "float64": "F64", "int32": "I32", "int64": "I64", "uint64": "U64", "uint8": "U8", "bool": "BOOL"}


def write(path, tensors, metadata):
    header = {"__metadata__": metadata}
    data = b""
    for name, array in tensors.items():
        raw = array.tobytes(order="C")
        header[name] = {"dtype": NAMES[array.dtype.name], "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, ensure_ascii=False).encode("utf-8")
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read(path):
    raw = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length].decode("utf-8"))
    metadata = header.pop("__metadata__", {})
    types = {short: name for name, short in NAMES.items()}
    data = raw[8 + length :]
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = numpy.frombuffer(data[start:end], dtype=types[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata


if len(sys.argv) > 1:
    for name, array in read(sys.argv[1])[0].items():
        print(name, array.dtype, array.shape, array.ravel()[:6])
else:
    fixture = pathlib.Path(__file__).with_name("numpy.safetensors")
    write(
        fixture,
        {
            "float32": (numpy.arange(24, dtype="float32") / 8).reshape(2, 3, 4),
            "float64": numpy.array([-numpy.inf, -1.5, 0, numpy.finfo("float64").max]),
            "uint8 ünïcode": numpy.array([0, 127, 255], dtype="uint8"),
            "int32": numpy.array([-(2**31), -1, 2**31 - 1], dtype="int32"),
            "bool": numpy.array([True, False]),
            "int64": numpy.array([[-(2**63)], [2**63 - 1]], dtype="int64"),
            "empty": numpy.zeros((0, 5), dtype="float32"),
            "uint64": numpy.array([2**64 - 1], dtype="uint64"),
            "scalar": numpy.array(3, dtype="float32"),
        },
        {"writer": f"NumPy {numpy.__version__}, Python {sys.version.split()[0]}"},
    )
