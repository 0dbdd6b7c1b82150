"""Python's zoneinfo over the release that the core has, whatever this machine has installed.

tests/oracle/tzdata.zi is the text the archive was made from; zic compiles it here. Its fat output
is used, as generate.mjs of the archive says why.
"""
import contextlib
import os
import subprocess
import tempfile
import zoneinfo

TEXT = os.path.join("tests", "oracle", "tzdata.zi")


def release():
    with open(TEXT, encoding="utf-8") as text:
        return text.readline().split()[2]


def names():
    """Every zone and link of the text."""
    found = set()
    with open(TEXT, encoding="utf-8") as text:
        for line in text:
            words = line.split()
            if words and words[0] == "Z":
                found.add(words[1])
            elif words and words[0] == "L":
                found.add(words[2])
    return sorted(found)


@contextlib.contextmanager
def compiled():
    """While it is open, zoneinfo reads the compiled text and nothing else."""
    search = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["zic", "-b", "fat", "-d", folder, TEXT], check=True,
                       env={**os.environ, "PATH": search})
        zoneinfo.reset_tzpath([folder])
        zoneinfo.ZoneInfo.clear_cache()
        try:
            yield folder
        finally:
            zoneinfo.reset_tzpath()
