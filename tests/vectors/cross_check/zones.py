#!/usr/bin/env python3
"""Compares core/schedule/zone with Python's zoneinfo over every IANA name, 2000 to 2099.

Some instants are random, some lie around changes of the clocks; each is asked from UTC and from
local time. Both sides must have the same release of the database, or recent changes show up as
differences. Run from the repository root:
    tests/vectors/cross_check/zones.py [instants per zone] [seed]
"""
import os
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

EPOCH = datetime(1970, 1, 1)
FIRST = 946684800
LAST = 4102444800
SOURCES = ["core/base/check.cpp", "core/base/bytes.cpp", "core/schedule/zone.cpp",
           "core/schedule/posix_rule.cpp", "core/schedule/tzdata/archive.cpp",
           "tests/vectors/cross_check/zone_answers.cpp"]


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
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    questions, expected = [], []
    # "localtime" is the machine's own zone, not an IANA name.
    names = sorted(available_timezones() - {"localtime"})
    for name in names:
        zone = ZoneInfo(name)
        for at in instants(zone, count, rng):
            offset = offset_at(zone, at)
            questions += [f"{name} u {at}", f"{name} l {at + offset}", f"{name} l {at}"]
            expected += [str(offset), "%d %d %d" % resolve(zone, at + offset),
                         "%d %d %d" % resolve(zone, at)]
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "zone_answers")
        compiler = os.environ.get("CXX", "c++")
        subprocess.run([compiler, "-std=c++20", "-O2", "-I.", *SOURCES, "-o", program], check=True)
        output = subprocess.run([program], input="\n".join(questions) + "\n", text=True, check=True,
                                capture_output=True).stdout.splitlines()
    release, answers = output[0], output[1:]
    wrong = [(q, e, a) for q, e, a in zip(questions, expected, answers) if e != a]
    for question, want, got in wrong[:20]:
        print(f"{question}: zoneinfo {want}, callgate {got}")
    print(f"release {release}: {len(names)} zones, {len(questions)} questions, "
          f"{len(wrong)} differences")
    return 1 if wrong or len(answers) != len(questions) else 0


if __name__ == "__main__":
    sys.exit(main())
