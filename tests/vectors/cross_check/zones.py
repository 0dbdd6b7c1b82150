#!/usr/bin/env python3
"""Compares core/schedule/zone with Python's zoneinfo over every IANA name, 2000 to 2099.

Some instants are random, some lie around changes of the clocks; each is asked from UTC and from
local time, there with both values of fold. Run from the repository root, where PROGRAM is the built
zone_answers:
    tests/vectors/cross_check/zones.py PROGRAM [instants per zone] [seed]
"""
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import zone_files

EPOCH = datetime(1970, 1, 1)
FIRST = 946684800
LAST = 4102444800


def offset_at(zone, seconds):
    utc = datetime.fromtimestamp(seconds, timezone.utc)
    return int(utc.astimezone(zone).utcoffset().total_seconds())


def resolve(zone, local_seconds):
    """The compatible answer and both readings: fold=0 takes the offset before a jump, 1 after."""
    local = EPOCH + timedelta(seconds=local_seconds)
    first, second = (local_seconds - int(local.replace(tzinfo=zone, fold=fold).utcoffset()
                                         .total_seconds()) for fold in (0, 1))
    return first, min(first, second), max(first, second)


def instants(zone, count, rng):
    """Random ones, and ones within two hours of a change found by bisection after them."""
    found = []
    while len(found) < count:
        at = rng.randrange(FIRST, LAST)
        found.append(at)
        low, high = at, min(at + 200 * 86400, LAST - 1)
        if offset_at(zone, low) == offset_at(zone, high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if offset_at(zone, middle) == offset_at(zone, low):
                low = middle
            else:
                high = middle
        found += [low, high, high + rng.randrange(-7200, 7201)]
    return found


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    questions, expected = [], []
    names = zone_files.names()
    with zone_files.compiled():
        for name in names:
            zone = ZoneInfo(name)
            for at in instants(zone, count, rng):
                offset = offset_at(zone, at)
                questions += [f"{name} u {at}", f"{name} l {at + offset}", f"{name} l {at}"]
                expected += [str(offset), "%d %d %d" % resolve(zone, at + offset),
                             "%d %d %d" % resolve(zone, at)]
    output = subprocess.run([program], input="\n".join(questions) + "\n", text=True, check=True,
                            capture_output=True).stdout.splitlines()
    release, answers = output[0], output[1:]
    wrong = [(q, e, a) for q, e, a in zip(questions, expected, answers) if e != a]
    for question, want, got in wrong[:20]:
        print(f"{question}: zoneinfo {want}, callgate {got}")
    same = release == zone_files.release() and len(answers) == len(questions)
    print(f"releases {zone_files.release()} and {release}: {len(names)} zones")
    print(f"{len(questions) - len(wrong)} passed, {len(wrong) + (not same)} failed")
    return 0 if same and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
