"""One mistake in a good question, and the error that the vectors' README has for it."""
import copy

ZONES = ["", " ", "europe/london", "Europe/london", "EUROPE/LONDON", " UTC", "UTC ", "UTC\n",
         "Asia/Kolkata\u0000", "America", "America/", "America/Argentina", "America/Argentina/",
         "/America/New_York", "America//New_York", "America/./New_York", "./UTC", "../UTC",
         "../etc/passwd", "../../etc/passwd", "Europe/../Europe/London", "/etc/localtime",
         "posixrules", "localtime", "posix/Europe/London", "right/Europe/London", "posix/UTC",
         "right/UTC", "tzdata.zi", "zone.tab", "zone1970.tab", "leapseconds", "leap-seconds.list",
         "UTC+1", "UTC-05:00", "GMT+1", "GMT-14", "Etc/GMT+13", "Etc/GMT-15", "Etc/GMT+01", "+01:00",
         "-0500", "+01", "Z", "PST", "IST", "BST", "CET-1CEST", "EST5", "EST5EDT4,M3.2.0,M11.1.0",
         "<+03>-3", ":UTC", "Mars/Phobos", "America/New York", "America/New-York",
         "America\\New_York", "Europe/Lond", "Europe/Londonx", "Europe/London/", "Kolkata",
         "Europe/Zürich", "Ｕ" "TC", "US", "Etc", "null", "undefined", "0", "A" * 300]
TIMES = ["", " ", "9:00", "09:0", "09:60", "24:01", "24:30", "25:00", "99:99", "-1:00", "+9:00",
         "09:00:00", "0900", "09.00", "09-00", "09:00 ", " 09:00", "09: 00", "9am", "6pm", "09:00Z",
         "xx:yy", "09:0x", "x9:00", "noon", "٠٩:٠٠", "０９:００", "09：00", "09:00\u0000", "1e:00",
         "0x:10", "009:00", "09:000", ":", "::", "12", "12:", ":30"]
CALL_TIMES = [*(time for time in TIMES if time != "09:00:00"), "24:00", "24:00:00", "20:30:60",
              "20:30:0", "20:30:", "20:60:00", "23:59:59.5", "8pm", "20:30:00:00", "7:30"]
DATES = ["", " ", "2026-02-30", "2026-02-29", "2100-02-29", "2026-04-31", "2026-11-31",
         "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32", "2026-1-1", "26-01-01",
         "20260101", "2026/01/01", "25-12-2025", "01-01-2026", "10000-01-01", "+2026-01-01",
         "-2026-01-01", "2026-01-01 ", " 2026-01-01", "2026-01-0x", "2026-W01-1", "2026-001",
         "٢٠٢٦-٠١-٠١", "２０２６-01-01", "tomorrow", "2026-01-01T00:00:00", "2026-12"]
LOCALS = ["2026-02-30T10:00:00", "2025-02-29T10:00:00", "2100-02-29T10:00:00",
          "2026-04-31T10:00:00", "2026-13-01T10:00:00", "2026-00-10T10:00:00",
          "2026-01-00T10:00:00", "2026-01-32T10:00:00", "2026-01-01T24:00:00",
          "2026-01-01T24:30:00", "2026-01-01T25:00:00", "2026-01-01T12:60:00",
          "2026-01-01T12:30:60", "2026-01-01T12:30:61", "10000-01-01T00:00:00"]
UTCS = ["2026-02-30T10:00:00Z", "2026-04-31T10:00:00Z", "2026-13-01T10:00:00Z",
        "2026-00-10T10:00:00Z", "2026-01-00T10:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T25:00:00Z", "2026-01-01T12:60:00Z", "2026-01-01T12:30:61Z",
        "10000-01-01T00:00:00Z"]
PRIORITIES = [0, 6, -1, -2, 7, 100, -2147483649, 4294967297, 9007199254740991]
DAYS = [[], [7], [-1], [0, 8], [1, 2, 9], [6, 6, 7], [2147483648], [-7]]
ENDS = ["", "2026-02-30", "1999-12-31", "1999-12-31T23:59:59Z", "2026-1-1", "tomorrow"]
FREQUENCIES = ["", "yearly", "hourly", "Daily", "DAILY", "week", "daily ", " daily", "none", "d"]


def set_at(tree, path, value):
    for part in path[:-1]:
        tree = tree[part]
    tree[path[-1]] = value


def config_mistakes(rng, config):
    """(path, value, field): a wrong value at that place of a configuration."""
    hours = config["businessHours"]
    places = [(("businessHours", "startTime"), rng.choice([*TIMES, "24:00"]), None),
              (("businessHours", "endTime"), rng.choice(TIMES), None),
              (("businessHours", "endTime"), hours["startTime"], None),
              (("businessHours", "daysOfWeek"), rng.choice(DAYS), None),
              (("defaultPriority",), rng.choice(PRIORITIES), None)]
    for i, period in enumerate(config["blackoutPeriods"]):
        places.append((("blackoutPeriods", i, "end"), period["start"], None))
    for i, window in enumerate(config["priorityWindows"]):
        at = ("priorityWindows", i)
        places += [((*at, "startTime"), rng.choice([*TIMES, "24:00"]), None),
                   ((*at, "endTime"), rng.choice(TIMES), None),
                   ((*at, "endTime"), window["startTime"], None),
                   ((*at, "priority"), rng.choice(PRIORITIES), None)]
    for i in range(len(config["holidays"])):
        places.append((("holidays", i), rng.choice(DATES), None))
    path, value, _ = rng.choice(places)
    field = path[0]
    for part in path[1:]:
        field += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path, value, field


def invalid(field, code="invalid_config"):
    return {"error": code, "field": field}


UNKNOWN = {"error": "unknown_timezone"}
NO_TIME = {"error": "invalid_datetime"}


def spoil(rng, family, question):
    question = copy.deepcopy(question)
    zone = rng.choice(ZONES)
    by_zone = rng.random() < .35
    if family == "tz_convert":
        if by_zone:
            question["zone"] = zone
            return question, UNKNOWN
        field, texts = ("utc", UTCS) if "utc" in question else ("local", LOCALS)
        question[field] = rng.choice(texts)
        return question, NO_TIME
    if family in ("next_available", "validate"):
        if by_zone:
            question["config"]["businessHours"]["timezone"] = zone
            return question, UNKNOWN
        if family == "next_available" and rng.random() < .1:
            question["horizonDays"] = rng.choice([0, -1, -30])
            return question, invalid("horizonDays")
        path, value, field = config_mistakes(rng, question["config"])
        set_at(question["config"], path, value)
        return question, invalid(field)
    if family == "quiet_hours":
        question["zones"][rng.randrange(len(question["zones"]))] = zone
        return question, UNKNOWN
    if family == "daily_window":
        if by_zone:
            question["timezone"] = zone
            return question, UNKNOWN
        question["callTime"] = rng.choice(CALL_TIMES)
        return question, invalid("callTime")
    if by_zone:
        question["timezone"] = zone
        return question, UNKNOWN
    field, values = rng.choice([("interval", [0, -1, -7]), ("maxOccurrences", [0, -1, -5]),
                                ("endDate", ENDS),
                                ("frequency", FREQUENCIES)])
    question[field] = rng.choice(values)
    return question, invalid(field, "invalid_recurrence")
