#!/bin/bash
# Makes the copies of this folder again, from the log rocksdb/basic/000004.log.
# Needs Debian's zstd, lz4, gzip and python3-snappy (/usr/bin/python3).
set -euo pipefail
cd "$(dirname "$0")"
log=../rocksdb/basic/000004.log

zstd -q -c < "$log" > 000004.log.zst
lz4 -q -c < "$log" > 000004.log.lz4
gzip -n -c < "$log" > 000004.log.gz

# Google's library makes the blocks. The script makes the chunks of the framing format around them, because no program in Debian does.
/usr/bin/python3 - "$log" <<'PY'
import struct, sys, snappy
def masked(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
def chunk(kind, body):
    return bytes([kind]) + struct.pack("<I", len(body))[:3] + body
log = open(sys.argv[1], "rb").read()
out = chunk(0xFF, b"sNaPpY")
for start in range(0, len(log), 65536):
    part = log[start:start + 65536]
    out += chunk(0, struct.pack("<I", masked(part)) + snappy.compress(part))
open("000004.log.sz", "wb").write(out)
PY
