#!/usr/bin/env python3
"""Writes rows in the vectors' form, answered by literal.py: one JSON object a line.

    rows.py ROWS [SEED] [--family NAME]…        (from the repository root)
    rows.py 0 [SEED] --years                    to local time and back, every zone and year

Zones are mostly those with unusual clocks, years go to 2099, and most instants, windows, holidays
and times of day lie around a change of the clocks. Some rows carry one mistake (mistakes.py).
"""
import argparse
import json
import random
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import literal
import mistakes
import zone_files
from literal import UTC, shown

# Half an hour; a skipped day; two hours; negative daylight time; changes at midnight, by decree, by
# weekday rules of their own; a quarter of an hour; no changes at all.
NASTY = """Australia/Lord_Howe Pacific/Apia Pacific/Fakaofo Pacific/Kwajalein Antarctica/Troll
Africa/Casablanca Africa/El_Aaiun Europe/Dublin America/Nuuk America/Godthab America/Scoresbysund
Africa/Cairo Asia/Gaza Asia/Hebron Pacific/Chatham Asia/Tehran Asia/Kathmandu America/St_Johns
America/Havana America/Asuncion America/Santiago Pacific/Easter America/Sao_Paulo Asia/Beirut
Asia/Amman Atlantic/Azores Asia/Pyongyang America/Caracas Antarctica/Casey Antarctica/Macquarie
Antarctica/Vostok Pacific/Norfolk Pacific/Tongatapu Pacific/Fiji Pacific/Kiritimati Eire
Africa/Windhoek Africa/Juba Africa/Sao_Tome Europe/Volgograd Europe/Istanbul Asia/Colombo
Asia/Dhaka Asia/Dili Asia/Ulaanbaatar Asia/Hovd America/Araguaina America/Mexico_City
America/Ciudad_Juarez America/Vancouver America/Edmonton America/Winnipeg Europe/Chisinau Navajo
Asia/Qyzylorda Asia/Almaty America/Coyhaique Pacific/Auckland America/New_York Europe/London
Asia/Jerusalem Europe/Moscow America/Metlakatla America/Argentina/San_Luis Etc/GMT-14
Etc/GMT+12 EST5EDT CST6CDT WET MST HST Asia/Calcutta US/Pacific NZ-CHAT GB-Eire""".split()
FIRST = datetime(2000, 1, 2, tzinfo=UTC)
LAST = datetime(2099, 6, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STATUSES = ["queued", "ringing", "in_progress", "completed", "failed", "busy", "no_answer",
            "cancelled"]


def pick_zone(rng, names):
    return rng.choice(NASTY if rng.random() < .7 else names)


def change_near(zone, at):
    """The first instant after a change of the clocks that follows `at` within 200 days."""
    offset = at.astimezone(zone).utcoffset()
    low = at
    for _ in range(400):
        high = low + timedelta(hours=12)
        if high.astimezone(zone).utcoffset() != offset:
            break
        low = high
    else:
        return None
    while high - low > SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high


def pick_instant(rng, zone):
    """An instant, and whether it lies around a change."""
    at = FIRST + timedelta(seconds=rng.randrange(int((LAST - FIRST).total_seconds())))
    at = at.replace(year=rng.choice([at.year, rng.randint(2024, 2040), rng.choice([2010, 2011])]),
                    day=min(at.day, 28))
    change = change_near(zone, at) if rng.random() < .8 else None
    if change is None:
        return at.replace(second=rng.choice([0, 0, at.second])), False
    near = rng.choice([0, 0, 1, -1, 60, -60, 1800, -1800, 3600, -3600, 7200, -7200, 86400, -86400,
                       rng.randrange(-172800, 172800)])
    return change + timedelta(seconds=near), True


def clock(total):
    return f"{total // 60 % 24:02}:{total % 60:02}"


def minute_near(rng, zone, at, by_change):
    """A minute of the day: one that the clock skips or reads twice near `at`, or a plain one."""
    change = change_near(zone, at - timedelta(days=3)) if by_change else None
    if change is None or rng.random() < .3:
        return rng.choice([0, 1, 15, 120, 150, 180, 540, 720, 1020, 1320, 1439,
                           rng.randrange(1440)])
    local = literal.local_of(zone, change - rng.choice([SECOND, timedelta(0)]))
    local += timedelta(minutes=rng.choice([0, 0, 1, -1, 15, -15, 30, -30, 45, 60, -60, 90, 120]))
    return local.hour * 60 + local.minute


def window(rng, zone, at, by_change):
    start = minute_near(rng, zone, at, by_change)
    end = minute_near(rng, zone, at, by_change)
    if rng.random() < .4:
        end = start + rng.choice([1, 15, 30, 60, 61, 120, 600, 1439])
    if clock(start) == clock(end):
        end += 1
    text = clock(end)
    return clock(start), "24:00" if text == "00:00" and rng.random() < .7 else text


def days_around(rng, zone, at, count, spread):
    today = literal.local_of(zone, at).date()
    return [(today + timedelta(days=rng.randint(-1, spread))).isoformat() for _ in range(count)]


def blackout(rng, at, horizon_days):
    start = at + timedelta(seconds=rng.choice([
        0, 1, -1, 59, 60, 3600, -3600, rng.randrange(-90000, 86400 * max(1, horizon_days // 2))]))
    length = rng.choice([1, 59, 60, 1800, 3600, 5431, 86400, 7 * 86400, rng.randrange(1, 200000)])
    return {"start": shown(start), "end": shown(start + timedelta(seconds=length)),
            "reason": rng.choice(["maintenance", "outage drill", "office move"])}


def config_of(rng, name, at, by_change, horizon_days):
    zone = ZoneInfo(name)
    start, end = window(rng, zone, at, by_change)
    days = rng.choice([[1, 2, 3, 4, 5], [0, 6], list(range(7)), [2, 2, 4], [0],
                       sorted(rng.sample(range(7), rng.randint(1, 6))),
                       [literal.sunday_first(literal.local_of(zone, at).date())]])
    windows = [dict(zip(("startTime", "endTime"), window(rng, zone, at, by_change)),
                    priority=rng.randint(1, 5)) for _ in range(rng.choice([0, 0, 1, 2, 4]))]
    config = {"businessHours": {"daysOfWeek": days, "startTime": start, "endTime": end,
                                "timezone": name},
              "blackoutPeriods": [blackout(rng, at, horizon_days)
                                  for _ in range(rng.choice([0, 0, 1, 2, 5]))],
              "holidays": days_around(rng, zone, at, rng.choice([0, 0, 1, 2, 3]), 4),
              "priorityWindows": windows, "defaultPriority": rng.randint(1, 5)}
    if rng.random() < .3:
        config["priorityHours"] = sorted(rng.sample(range(24), rng.choice([0, 1, 3, 6, 12, 24])))
    return config


def tz_convert(rng, names):
    name = pick_zone(rng, names)
    zone = ZoneInfo(name)
    at, _ = pick_instant(rng, zone)
    if rng.random() < .4:
        question = {"op": "utc_to_local", "zone": name, "utc": shown(at)}
        return question, literal.utc_to_local(zone, at)
    local = literal.local_of(zone, at) + timedelta(minutes=rng.choice([0, 0, 0, 30, 59, -30, 60]))
    question = {"op": "local_to_utc", "zone": name, "local": local.strftime("%Y-%m-%dT%H:%M:%S")}
    return question, literal.local_to_utc(zone, local)


def next_available(rng, names):
    name = pick_zone(rng, names)
    at, by_change = pick_instant(rng, ZoneInfo(name))
    at -= timedelta(seconds=rng.choice([0, 0, 3600, 86400]))
    horizon_days = rng.choice([1, 1, 2, 3, 7, 7, 14, 30])
    config = config_of(rng, name, at, by_change, horizon_days)
    question = {"after": shown(at), "horizonDays": horizon_days, "config": config}
    wish = rng.random()
    if wish < .2:
        question["maxPriority"] = rng.randint(1, 5)
    elif wish < .5:
        question["level"] = rng.choice(["urgent", "high", "normal", "low", "high", "low"])
    found = literal.Config(config, ZoneInfo(name)).next_available(
        at, horizon_days, question.get("maxPriority", 5), question.get("level"))
    return question, found


def validate(rng, names):
    name = pick_zone(rng, names)
    at, by_change = pick_instant(rng, ZoneInfo(name))
    config = config_of(rng, name, at, by_change, 1)
    question = {"at": shown(at), "config": config}
    now = None
    if rng.random() < .4:
        now = at + timedelta(seconds=rng.choice([0, 1, -1, 3600, -3600]))
        question["now"] = shown(now)
    return question, literal.Config(config, ZoneInfo(name)).validate(at, now)


def quiet_hours(rng, names):
    zones = [pick_zone(rng, names) for _ in range(rng.choice([1, 1, 2, 2, 3, 5]))]
    at, by_change = pick_instant(rng, ZoneInfo(zones[0]))
    weekly = {}
    for day in range(7):
        ranges = []
        for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
            start, end = window(rng, ZoneInfo(rng.choice(zones)), at, by_change)
            if start > end:
                start, end = end, start
            ranges.append([start.replace("24:", "00:"), end])
        weekly[str(day)] = [one for one in ranges if one[0] != one[1]]
    policy = {"weekly": weekly}
    if rng.random() < .4:
        policy["holidays"] = days_around(rng, ZoneInfo(zones[0]), at, rng.randint(0, 3), 3)
    horizon_days = rng.choice([1, 1, 7, 14])
    question = {"at": shown(at), "zones": zones, "policy": policy, "horizonDays": horizon_days}
    return question, literal.quiet_hours([ZoneInfo(name) for name in zones], zones, policy, at,
                                         horizon_days)


def recurrence(rng, names):
    name = pick_zone(rng, names)
    zone = ZoneInfo(name)
    start, _ = pick_instant(rng, zone)
    start -= timedelta(days=rng.choice([0, 0, 1, 2, 7, 30, 31, 365]))
    if rng.random() < .3:  # a day that months lack
        start = start.replace(month=rng.choice([1, 3, 5, 12]), day=rng.randint(28, 31))
    frequency = rng.choice(["daily", "weekly", "monthly"])
    question = {"op": rng.choice(["list", "list", "next"]), "start": shown(start),
                "timezone": name, "frequency": frequency,
                "interval": rng.choice([1, 1, 1, 2, 3, 4, 6, 7, 12, 13, 30, 52, 100])}
    step = {"daily": 1, "weekly": 7, "monthly": 30}[frequency] * question["interval"]
    if rng.random() < .4:
        question["maxOccurrences"] = rng.choice([1, 2, 3, 5, 8, 12, 30])
    if rng.random() < .4:
        last = start + timedelta(days=step * rng.randint(0, 12))
        bound = literal.local_of(zone, last).date().isoformat()
        question["endDate"] = rng.choice([bound, shown(
            last + timedelta(seconds=rng.choice([0, 1, 3600])))])
    series = literal.occurrences(zone, start, frequency, question["interval"],
                                 question.get("maxOccurrences"), question.get("endDate"))
    if question["op"] == "list":
        question["limit"] = rng.choice([1, 2, 5, 8, 14, 30])
        return question, literal.recurrence_list(series, question["limit"])
    after = start + timedelta(days=rng.choice([-1, 0, step, step * rng.randint(0, 40)]),
                              seconds=rng.choice([0, 1, -1, 3600, -3600]))
    question["after"] = shown(after)
    return question, literal.recurrence_next(series, after)


def daily_window(rng, names):
    name = pick_zone(rng, names)
    zone = ZoneInfo(name)
    now, by_change = pick_instant(rng, zone)
    minute = minute_near(rng, zone, now, by_change)
    if rng.random() < .5:  # in reach
        local = literal.local_of(zone, now + timedelta(seconds=rng.choice([0, 299, 300, -300, 301,
                                                                           -301, 3600, -3600])))
        minute = local.hour * 60 + local.minute
    call_time = clock(minute) + rng.choice(["", ":00", ":30", ":59"])
    calls = [(now + timedelta(seconds=rng.choice([0, 60, -299, -300, -301, -3600, -7200,
                                                  -rng.randrange(200000)])), rng.choice(STATUSES))
             for _ in range(rng.choice([0, 0, 1, 2, 3]))]
    question = {"now": shown(now), "timezone": name, "callTime": call_time,
                "windowSeconds": rng.choice([0, 1, 120, 300, 300, 600, 3600, 5400, 21600]),
                "callEnabled": rng.random() < .9,
                "calls": [{"at": shown(at), "status": status} for at, status in calls]}
    return question, literal.daily_window(zone, now, call_time, question["windowSeconds"],
                                          question["callEnabled"], calls)


FAMILIES = {"tz_convert": tz_convert, "next_available": next_available, "validate": validate,
            "recurrence": recurrence, "daily_window": daily_window, "quiet_hours": quiet_hours}


def rows(count, seed, families):
    rng = random.Random(seed)
    names = zone_files.names()
    for number in range(count):
        family = families[number % len(families)]
        question, answer = FAMILIES[family](rng, names)
        if rng.random() < .08:
            question, answer = mistakes.spoil(rng, family, question)
        yield {"id": f"{family}-{seed}-{number:06}", "family": family, "input": question,
               "expect": answer}


def years(seed):
    """Every zone in every year from 2000 to 2099, at a random second: to local time, and back."""
    rng = random.Random(seed)
    for name in zone_files.names():
        zone = ZoneInfo(name)
        for year in range(2000, 2100):
            at = datetime(year, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(365 * 86400))
            local = literal.local_of(zone, at)
            there = {"op": "utc_to_local", "zone": name, "utc": shown(at)}
            back = {"op": "local_to_utc", "zone": name, "local": local.isoformat()}
            for question, answer in ((there, literal.utc_to_local(zone, at)),
                                     (back, literal.local_to_utc(zone, local))):
                yield {"id": f"{name} {year}", "family": "tz_convert", "input": question,
                       "expect": answer}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--family", action="append", choices=FAMILIES)
    parser.add_argument("--years", action="store_true")
    asked = parser.parse_args()
    with zone_files.compiled():
        random_rows = rows(asked.rows, asked.seed, asked.family or list(FAMILIES))
        for row in years(asked.seed) if asked.years else random_rows:
            sys.stdout.write(json.dumps(row, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
