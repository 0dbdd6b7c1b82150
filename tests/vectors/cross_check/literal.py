"""What the conformance vectors mean, in the slowest and most literal words.

Instants are looked at one by one (every minute, and the seconds at which a blackout ends); local
times are what zoneinfo says the clock reads. Nothing here is shared with the core.
"""
import calendar
from datetime import date, datetime, timedelta, timezone

UTC = timezone.utc
MINUTE = timedelta(minutes=1)
COUNTS = {"queued", "ringing", "in_progress", "completed"}


def instant(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def shown(at):
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def readings(zone, local):
    """The local time with the offset before and after the change beside it."""
    return [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]


def compatible(zone, local):
    return readings(zone, local)[0]


def local_of(zone, at):
    return at.astimezone(zone).replace(tzinfo=None)


def utc_to_local(zone, at):
    there = at.astimezone(zone)
    return {"local": there.strftime("%Y-%m-%dT%H:%M:%S"),
            "offsetSeconds": int(there.utcoffset().total_seconds())}


def local_to_utc(zone, local):
    first, second = readings(zone, local)
    if first == second:
        kind = "unique"
    elif local_of(zone, first) == local.replace(fold=0):
        kind = "fold"
    else:
        kind = "gap"
    return {"kind": kind, "utc": shown(first), "earlier": shown(min(first, second)),
            "later": shown(max(first, second))}


def minutes(text):
    return int(text[:2]) * 60 + int(text[3:])


def covered_from(local, start, end):
    """The date on which the window around this reading of the clock began, if one is around it."""
    now = local.hour * 60 + local.minute
    if start < end:
        return local.date() if start <= now < end else None
    if now >= start:
        return local.date()
    return local.date() - timedelta(days=1) if now < end else None


def sunday_first(day):
    return (day.weekday() + 1) % 7


class Config:
    def __init__(self, config, zone):
        hours = config["businessHours"]
        self.zone = zone
        self.days = set(hours["daysOfWeek"])
        self.start, self.end = minutes(hours["startTime"]), minutes(hours["endTime"])
        self.blackouts = [(instant(one["start"]), instant(one["end"]))
                          for one in config["blackoutPeriods"]]
        self.holidays = {date.fromisoformat(day) for day in config["holidays"]}
        self.windows = [(minutes(one["startTime"]), minutes(one["endTime"]), one["priority"])
                        for one in config["priorityWindows"]]
        self.default = config["defaultPriority"]
        self.hours = set(config.get("priorityHours") or [])

    def priority(self, local):
        here = [priority for start, end, priority in self.windows
                if covered_from(local, start, end) is not None]
        return min(here, default=self.default)

    def reasons(self, at, now=None):
        local = local_of(self.zone, at)
        began = covered_from(local, self.start, self.end)
        day = began or local.date()
        out = []
        if now is not None and at <= now:
            out.append("not_in_future")
        if any(start <= at < end for start, end in self.blackouts):
            out.append("blackout")
        if local.date() in self.holidays or day in self.holidays:
            out.append("holiday")
        if sunday_first(day) not in self.days:
            out.append("day_not_allowed")
        if began is None:
            out.append("outside_hours")
        return out

    def validate(self, at, now=None):
        reasons = self.reasons(at, now)
        return {"valid": not reasons, "reasons": reasons,
                "priority": self.priority(local_of(self.zone, at)),
                "blackouts": [i for i, (start, end) in enumerate(self.blackouts)
                              if start <= at < end]}

    def allowed(self, at, most):
        return not self.reasons(at) and self.priority(local_of(self.zone, at)) <= most

    def next_available(self, after, horizon_days, most=5, level=None):
        looked_at = list(moments(after, horizon_days, [end for _, end in self.blackouts]))
        asks = level in ("high", "low") and self.hours
        wanted = [lambda at: self.allowed(at, most)]
        if asks:
            wanted.insert(0, lambda at: self.allowed(at, most) and
                          (local_of(self.zone, at).hour in self.hours) == (level == "high"))
        for preferred, wish in zip((True, False) if asks else (None,), wanted):
            for at in looked_at:
                if wish(at):
                    out = {"time": shown(at), "priority": self.priority(local_of(self.zone, at))}
                    return out if preferred is None else {**out, "preferred": preferred}
        return {"error": "no_slot_within_horizon", "horizonDays": horizon_days}


def moments(after, horizon_days, more=()):
    """`after`, every minute behind it, and `more`: each may be the first that is allowed."""
    end = after + timedelta(days=horizon_days)
    more = sorted(at for at in set(more) if after < at < end)
    yield after
    at = after.replace(second=0) + MINUTE
    while at < end:
        while more and more[0] <= at:
            first = more.pop(0)
            if first < at:
                yield first
        yield at
        at += MINUTE
    yield from more


def quiet_allows(zone, policy, at):
    local = local_of(zone, at)
    if local.date().isoformat() in (policy.get("holidays") or []):
        return False
    now = local.hour * 60 + local.minute
    return any(minutes(start) <= now < minutes(end)
               for start, end in policy["weekly"].get(str(sunday_first(local.date())), []))


def quiet_hours(zones, names, policy, at, horizon_days):
    blocked = [name for name, zone in zip(names, zones) if not quiet_allows(zone, policy, at)]
    found = next((moment for moment in moments(at, horizon_days)
                  if all(quiet_allows(zone, policy, moment) for zone in zones)), None)
    return {"allowed": not blocked, "blockedZones": blocked, "nextAllowed": shown(found)}


def later(day, frequency, count):
    if frequency != "monthly":
        return day + timedelta(days=count * (7 if frequency == "weekly" else 1))
    month = day.year * 12 + day.month - 1 + count
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def occurrences(zone, start, frequency, interval, most=None, end=None):
    """All of the series, one after the other, each counted from the first."""
    first = local_of(zone, start)
    last, listed, k = None, 0, 0
    while most is None or listed < most:
        day = later(first.date(), frequency, k * interval)
        at = start if k == 0 else compatible(zone, datetime.combine(day, first.time()))
        if end is not None and (at > instant(end) if "T" in end else day.isoformat() > end):
            return
        k += 1
        if at != last:
            yield at
            last, listed = at, listed + 1


def recurrence_list(series, limit):
    out = []
    for at in series:
        if len(out) == limit:
            return {"occurrences": [shown(one) for one in out], "complete": False}
        out.append(at)
    return {"occurrences": [shown(one) for one in out], "complete": True}


def recurrence_next(series, after):
    for index, at in enumerate(series):
        if at > after:
            return {"next": shown(at), "index": index}
    return {"next": None, "index": None}


def daily_window(zone, now, call_time, window_s, enabled, calls):
    today = local_of(zone, now).date()
    parts = [int(part) for part in call_time.split(":")]
    window = timedelta(seconds=window_s)
    at_time = timedelta(hours=parts[0], minutes=parts[1], seconds=(parts + [0])[2])
    days = [today + timedelta(days=d) for d in range(-3, 4)]
    targets = [(day, compatible(zone, datetime.combine(day, datetime.min.time()) + at_time))
               for day in days]
    reach = [(abs(at - now), at, day) for day, at in targets if abs(at - now) <= window]
    _, target, day = min(reach, default=(None, None, None))
    called = any(status in COUNTS and (local_of(zone, at).date() == today or
                                       (target is not None and abs(at - target) <= window))
                 for at, status in calls)
    reason = ("disabled" if not enabled else "outside_window" if target is None else
              "already_called" if called else None)
    return {"due": reason is None, "reason": reason,
            "serviceDate": None if day is None else day.isoformat(), "target": shown(target),
            "nextTarget": shown(min(at for _, at in targets if at > now))}
