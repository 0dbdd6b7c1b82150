#!/usr/bin/env python3
"""Compares core/schedule/recurrence/rule_set with python-dateutil over random rules of RFC 5545.

dateutil expands on the local clock; zoneinfo (fold=0) makes instants of that, which is "compatible".
Where the two differ by intent, the question is put so that both mean the same:
- BYWEEKNO alone: dateutil takes all seven days of the week. RFC 5545 3.3.10 has what a rule leaves
  out derived from DTSTART, as here: its weekday. dateutil is asked with that BYDAY.
- Weeks that lie in two years: dateutil finds their days in the other year as week 1 or -1 only, and
  counts the weeks of the year before by the length of this one. RFC 5545 3.3.10 has weeks numbered
  as ISO 8601 does: 2 January 2022 is of week 52. Of BYWEEKNO, 1 to 51 and -1 to -51 are asked.
- BYSETPOS in a WEEKLY rule: dateutil counts in the first week from DTSTART on. RFC 5545 3.3.10: "A
  set of recurrence instances starts at the beginning of the interval defined by the FREQ rule
  part." dateutil is asked from the beginning of that week.
- UNTIL as a date: dateutil takes its midnight. RFC 5545 3.3.10 bounds the rule inclusively, and a
  date is a whole day here. dateutil is asked with 23:59:59. As an instant: dateutil is asked with
  the local time of it, in zones without changes of the clocks.
- COUNT: dateutil counts local times, here are counted instants, and a time that the clock skips may
  be the instant of another. Rules with COUNT are asked in zones without changes of the clocks.
- Weekdays with and without a number in one BYDAY: dateutil wants a day to be one of both kinds.
  RFC 5545 3.3.10 has a list of weekdays, each with a number or without. They are not mixed.
- Parts that RFC 5545 forbids together (a numbered BYDAY in WEEKLY or DAILY or beside BYWEEKNO,
  BYMONTHDAY in WEEKLY, BYYEARDAY and BYWEEKNO below YEARLY) are refused here, and not asked.
- SKIP of RFC 7529 is unknown to dateutil.
Run from the repository root, with python3-dateutil; PROGRAM is the built rule_answers:
    tests/vectors/cross_check/rules.py PROGRAM [rules] [seed]
"""
import datetime as datetime_module
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr

import zone_files

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
STILL = ["UTC", "Asia/Kolkata"]
MOVING = ["America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Scoresbysund"]


def numbers(rng, low, high, signed=False):
    return ",".join(rng.choice(["", "-"] if signed else [""]) + str(rng.randint(low, high))
                    for _ in range(rng.randint(1, 3)))


def weekdays(rng, most):
    numbered = most and rng.random() < .5
    return ",".join((str(rng.choice([-1, 1]) * rng.randint(1, most)) if numbered else "") +
                    rng.choice(WEEKDAYS) for _ in range(rng.randint(1, 3)))


def random_parts(rng):
    freq = rng.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    yearly = freq == "YEARLY"
    parts = {"FREQ": freq}
    by = {}
    if yearly and rng.random() < .25:
        by["BYWEEKNO"] = ",".join(str(rng.choice([*range(-51, 0), *range(1, 52)]))
                                  for _ in range(rng.randint(1, 3)))
    if rng.random() < .3:
        by["BYMONTH"] = numbers(rng, 1, 12)
    if yearly and rng.random() < .2:
        by["BYYEARDAY"] = numbers(rng, 1, 366, True)
    if freq != "WEEKLY" and rng.random() < .3:
        by["BYMONTHDAY"] = numbers(rng, rng.choice([1, 27]), 31, True)
    if rng.random() < .35:
        most = 0
        if "BYWEEKNO" not in by and freq in ("MONTHLY", "YEARLY"):
            most = 5 if freq == "MONTHLY" or "BYMONTH" in by else rng.choice([5, 53])
        by["BYDAY"] = weekdays(rng, most)
    if rng.random() < .2:
        by["BYHOUR"] = numbers(rng, 0, rng.choice([3, 23]))
    if rng.random() < .15:
        by["BYMINUTE"] = numbers(rng, 0, 59)
    if rng.random() < .08:
        by["BYSECOND"] = numbers(rng, 0, 59)
    if by and rng.random() < .25:
        by["BYSETPOS"] = numbers(rng, 1, 4, True)
    if rng.random() < .5:
        parts["INTERVAL"] = str(rng.randint(1, 5 if yearly else 20))
    if rng.random() < .4:
        parts["WKST"] = rng.choice(WEEKDAYS)
    parts.update(by)
    return parts


def spell(parts):
    return ";".join(f"{name}={value}" for name, value in parts.items())


def ical(local):
    return local.strftime("%Y%m%dT%H%M%S")


def question(rng):
    """The line to be answered, and the answer by dateutil."""
    parts = random_parts(rng)
    end = rng.choice(["COUNT", "UNTIL date", "UNTIL local", "UNTIL utc", "", "", "", ""])
    by_position = parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts
    end = "" if by_position and end == "COUNT" else end
    name = rng.choice(STILL if end in ("COUNT", "UNTIL utc") else STILL + MOVING)
    zone = ZoneInfo(name)
    utc = datetime.fromtimestamp(rng.randrange(1577836800, 2200000000, 60 * rng.choice([1, 30])),
                                 timezone.utc)
    start = utc.astimezone(zone)
    if start.fold:
        utc, start = utc - timedelta(hours=1), start.replace(fold=0)
        if start.replace(tzinfo=zone).astimezone(timezone.utc) != utc:
            return question(rng)
    local = start.replace(tzinfo=None, fold=0)
    days = 2500 if parts["FREQ"] == "YEARLY" else 800
    until = local + timedelta(days=days)
    mine, theirs = dict(parts), dict(parts)
    if end == "COUNT":
        mine["COUNT"] = theirs["COUNT"] = str(rng.randint(1, 40))
    elif end:
        last = local + timedelta(days=rng.randint(0, days // 2), seconds=rng.choice([-1, 0, 1]))
        theirs["UNTIL"] = ical(last)
        mine["UNTIL"] = ical(last)
        if end == "UNTIL date":
            mine["UNTIL"], theirs["UNTIL"] = ical(last)[:8], ical(last)[:8] + "T235959"
        elif end == "UNTIL utc":
            mine["UNTIL"] = ical(last.replace(tzinfo=zone).astimezone(timezone.utc)) + "Z"
    if "BYWEEKNO" in parts and not {"BYDAY", "BYMONTHDAY", "BYYEARDAY"} & set(parts):
        theirs["BYDAY"] = WEEKDAYS[local.weekday()]
    datetime_module.MAXYEAR = until.year + 1  # or a rule that never fires takes dateutil to 9999
    begin = local
    if by_position:
        theirs.setdefault("BYDAY", WEEKDAYS[local.weekday()])
        first = WEEKDAYS.index(parts.get("WKST", "MO"))
        begin -= timedelta(days=(local.weekday() - first) % 7)
    rules = rruleset()
    rules.rrule(rrulestr(spell(theirs), dtstart=begin))
    more, less = [], []
    if rng.random() < .2:
        more = [local + timedelta(days=rng.randint(1, 300), hours=rng.randint(0, 5))]
        less = [local + timedelta(days=rng.choice([0, 7, 14, 28, 31])), more[0]][:rng.randint(1, 2)]
    for date in more:
        rules.rdate(date)
    for date in less:
        rules.exdate(date)
    gone = {date.replace(tzinfo=zone).astimezone(timezone.utc) for date in less}
    found = set()
    for date in rules:
        if date > until:
            break
        at = date.replace(tzinfo=zone).astimezone(timezone.utc)
        if at not in gone and date >= local:
            found.add(int(at.timestamp()))
    bound = int(until.replace(tzinfo=zone).timestamp())
    line = " ".join([name, str(int(utc.timestamp())), str(bound), spell(mine),
                     ",".join(map(ical, more)) or "-", ",".join(map(ical, less)) or "-"])
    return line, " ".join(str(at) for at in sorted(found) if at <= bound)


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    with zone_files.compiled():
        questions, expected = zip(*(question(rng) for _ in range(count)))
    answers = subprocess.run([program], input="\n".join(questions) + "\n", text=True, check=True,
                             capture_output=True).stdout.split("\n")[:-1]
    wrong = [(q, e, a) for q, e, a in zip(questions, expected, answers) if e != a]
    for line, want, got in wrong[:10]:
        print(f"{line}\n  dateutil {want[:300]}\n  callgate {got[:300]}")
    occurrences = sum(len(line.split()) for line in expected)
    print(f"{count} rules, {occurrences} occurrences, {sum(not e for e in expected)} rules without")
    missing = count - len(answers)
    print(f"{count - missing - len(wrong)} passed, {len(wrong) + missing} failed")
    return 1 if wrong or missing else 0


if __name__ == "__main__":
    sys.exit(main())
