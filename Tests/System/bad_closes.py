#!/usr/bin/env python3
"""Shows what bad_close.c wrote: each close of a descriptor that was not open, with its stack.

usage: bad_closes.py FILE

Exit code 0 if there was none (no FILE, or an empty one), else 1."""

import collections
import os
import re
import subprocess
import sys

FRAME = re.compile(r"^(?P<binary>[^(]+)\((?P<name>[^+)]*)\+(?P<offset>0x[0-9a-f]+)\)\[")


def functions(binary, offsets):
    """The functions at offsets of a binary, as a person reads them."""
    lines = subprocess.run(
        ["addr2line", "-f", "-s", "-e", binary, *offsets], capture_output=True, text=True,
        check=True).stdout.splitlines()
    named = [f"{name} at {place}" for name, place in zip(lines[::2], lines[1::2])]
    demangled = subprocess.run(
        ["swift", "demangle", "--simplified"], input="\n".join(named), capture_output=True,
        text=True, check=True).stdout.splitlines()
    return dict(zip(offsets, demangled))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not os.path.exists(sys.argv[1]):
        return 0
    with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
        lines = file.read().splitlines()
    # The project's own frames get their functions; the others are shown as they are.
    offsets = collections.defaultdict(set)
    frames = [(line, FRAME.match(line)) for line in lines]
    for _, frame in frames:
        if frame and not frame["name"]:
            offsets[frame["binary"]].add(frame["offset"])
    known = {}
    for binary, places in offsets.items():
        try:
            found = functions(binary, sorted(places))
            known.update({(binary, place): name for place, name in found.items()})
        except (OSError, subprocess.CalledProcessError):
            pass
    for line, frame in frames:
        name = frame and known.get((frame["binary"], frame["offset"]))
        print(f"    {name}" if name else f"    {line}" if frame else line)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
