"""Reads a TensorBoard event file from its bytes alone and writes its events as JSON: framing, checksums and messages by their specifications.

TFRecord: length (uint64), masked CRC-32C of the length, data, masked CRC-32C of the data. Event and Summary: tensorflow/core/util/event.proto,
tensorflow/core/framework/summary.proto.
"""
import json
import struct
import sys


def crc32c(data):
    # Bit by bit, with the reflected Castagnoli polynomial: no table to get wrong. The checksum of b"123456789" is 0xE3069283 (RFC 3720, B.4).
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def varint(data, at):
    value, shift = 0, 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        elif kind == 5:
            value, at = struct.unpack_from("<f", data, at)[0], at + 4
        else:
            assert kind == 2, kind
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
            assert len(value) == size
        yield key >> 3, value


def records(data):
    at = 0
    while at < len(data):
        header = data[at:at + 8]
        length = struct.unpack("<Q", header)[0]
        assert struct.unpack_from("<I", data, at + 8)[0] == masked(header), "checksum of a length"
        record = data[at + 12:at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(record), "checksum of a record"
        at += 16 + length
        yield record


assert crc32c(b"123456789") == 0xE3069283
events = []
for record in records(open(sys.argv[1], "rb").read()):
    event = {"Step": 0, "Version": None, "Restarts": False, "Scalars": {}}
    for number, value in fields(record):
        if number == 1:
            event["WallTime"] = value
        elif number == 2:
            event["Step"] = value
        elif number == 3:
            event["Version"] = value.decode()
        elif number == 5:
            for _, scalar in fields(value):
                parts = dict(fields(scalar))
                assert set(parts) == {1, 2}, parts
                event["Scalars"][parts[1].decode()] = parts[2]
        else:
            assert number == 7 and dict(fields(value)) == {1: 1}, number
            event["Restarts"] = True
    events.append(event)
json.dump(events, sys.stdout)
