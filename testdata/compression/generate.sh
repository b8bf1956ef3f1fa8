#!/bin/bash
# Makes the files of this folder anew, from nothing but this script and the reference programs.
# Needs: python3, Debian's zstd, lz4, python3-snappy (its own interpreter, /usr/bin/python3).
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 - "$work" <<'PY'
import sys, struct
work = sys.argv[1]
state = 20260101
def rnd(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & ((1 << 64) - 1)
    return (state >> 33) % n
def save(name, data):
    open(f"{work}/{name}", "wb").write(data)
letters = "eeeettaaooiinnsshhrrdlucmfwypvbgkjqxz"
words = ["".join(letters[rnd(len(letters))] for _ in range(2 + rnd(8))) for _ in range(900)]
def text(size):
    out = bytearray()
    while len(out) < size:
        w = words[rnd(rnd(len(words)) + 1)]
        out += w.encode() + (b". " if rnd(11) == 0 else b" ")
    return bytes(out[:size])
def noise(size):
    return bytes(rnd(256) for _ in range(size))
save("empty", b"")
save("tiny", b"w")
save("record", text(300))
save("text", text(8000))
save("random", noise(1100))
# Ten megabytes that compress small: paragraphs out of 24, now and then a number.
paragraphs = [text(200 + rnd(600)) for _ in range(24)]
out = bytearray()
while len(out) < 10_000_000:
    out += paragraphs[rnd(24)] * (1 + rnd(8))
    if rnd(40) == 0:
        out += str(rnd(1 << 30)).encode()
save("large", bytes(out[:10_000_000]))
save("part", bytes(out[:250_000]))
save("zeros", bytes(10_000_000))
save("nulls", bytes(2_000_000))
# Noise that comes back after nine megabytes of zeros: only a long window sees it.
far = noise(6000)
save("far", far + bytes(9_000_000) + far + bytes(5000) + far)
# Every length of literals and every distance a decoder treats on its own.
steps = bytearray()
for distance in list(range(1, 40)) + [100, 1000, 4000]:
    for length in (3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 100):
        steps += noise(distance)
        for _ in range(length):
            steps.append(steps[-distance])
save("steps", bytes(steps[:12000]))
PY

rm -f ./*.zst ./*.lz4 ./*.sz ./*.snappy ./*.deflate ./*.gz contents.txt
for level in 1 3 19; do
    for name in empty tiny record text random; do zstd -q "-$level" -c "$work/$name" > "$name-$level.zst"; done
done
zstd -q -1 -c "$work/large" > large-1.zst
zstd -q -3 -c "$work/large" > large-3.zst
zstd -q -19 -c "$work/large" > large-19.zst
zstd -q -3 --long=27 -c "$work/far" > far-long.zst
zstd -q --ultra -22 -c "$work/far" > far-22.zst
zstd -q -3 -c "$work/zeros" > zeros-3.zst
zstd -q -19 -c "$work/steps" > steps-19.zst
zstd -q -3 -c < "$work/text" > text-unsized-3.zst
zstd -q -3 --no-check -c "$work/text" > text-unchecked-3.zst
zstd -q --fast=5 -c "$work/text" > text-fast.zst
zstd -q -3 -c text-19.zst > compressed-3.zst; cp text-19.zst "$work/compressed"
{ cat text-1.zst; printf '\x5a\x2a\x4d\x18\x05\x00\x00\x00skips'; cat tiny-3.zst empty-3.zst record-19.zst; } > several.zst
cat "$work/text" "$work/tiny" "$work/record" > "$work/several"

for name in empty tiny record text random; do lz4 -q -1 -c "$work/$name" > "$name-1.lz4"; done
lz4 -q -9 -c "$work/text" > text-9.lz4
lz4 -q -12 -B4 -BD -c "$work/part" > part-linked-12.lz4
lz4 -q -3 -B5 -BD -BX -c "$work/part" > part-linked-3.lz4
lz4 -q -9 -B7 -c "$work/nulls" > nulls-9.lz4
lz4 -q -1 -B4 -BI -BX --content-size -c "$work/steps" > steps-checked.lz4
lz4 -q -1 -B4 -BD -BX --no-frame-crc -c "$work/text" > text-linked-unchecked.lz4
{ cat text-1.lz4; printf '\x50\x2a\x4d\x18\x05\x00\x00\x00skips'; cat tiny-1.lz4 empty-1.lz4 record-1.lz4; } > several.lz4

# The blocks are made by Google's library; the frames around them are put together here, for python3-snappy's own
# StreamCompressor does not run on Debian's Python 3.11, and Debian has no tool for the format.
/usr/bin/python3 - "$work" <<'PY'
import sys, zlib, struct, snappy
work = sys.argv[1]
table = []
for i in range(256):
    for _ in range(8):
        i = (i >> 1) ^ (0x82F63B78 if i & 1 else 0)
    table.append(i)
def masked(data):
    crc = 0xFFFFFFFF
    for value in data:
        crc = (crc >> 8) ^ table[(crc ^ value) & 255]
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
def chunk(kind, body):
    return bytes([kind]) + struct.pack("<I", len(body))[:3] + body
def framed(data):
    out = b"\xff\x06\x00\x00sNaPpY"
    for at in range(0, len(data), 65536):
        part = data[at:at + 65536]
        packed = snappy.compress(part)
        small = len(packed) < len(part) * 7 // 8
        out += chunk(0 if small else 1, struct.pack("<I", masked(part)) + (packed if small else part))
    return out
for name in ("empty", "tiny", "record", "text", "random", "steps"):
    data = open(f"{work}/{name}", "rb").read()
    open(f"{name}.snappy", "wb").write(snappy.compress(data))
    open(f"{name}.sz", "wb").write(framed(data))
    raw = zlib.compressobj(6, zlib.DEFLATED, -14)
    open(f"{name}.deflate", "wb").write(raw.compress(data) + raw.flush())
open("part.sz", "wb").write(framed(open(f"{work}/part", "rb").read()))
files = [open(f"{work}/{n}", "rb").read() for n in ("text", "tiny", "record")]
open("several.sz", "wb").write(framed(files[0]) + chunk(0xfe, b"\0" * 9) + framed(files[1]) + chunk(0x80, b"skip") + framed(files[2]))
PY
gzip -9 -n -c "$work/text" > text.gz

# What each file holds: its name, the size of its content and that content's SHA-256.
for file in ./*.zst ./*.lz4 ./*.sz ./*.snappy ./*.deflate ./*.gz; do
    file=${file#./}
    name=${file%%.*}; name=${name%%-*}
    echo "$file $(stat -c %s "$work/$name") $(sha256sum < "$work/$name" | cut -d' ' -f1)"
done > contents.txt
