// The same questions, answered with the libraries that people use for them, as their documentation has it:
// step to the next moment that one rule allows, until no rule moves it. For each library and measure a
// function that takes the questions and makes one that takes an index.
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { DateTime } from "luxon";
import moment from "moment-timezone";
import rrule from "rrule";

const minutesOf = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

// Settings as a program would keep them: parsed once.
function rulesOf({ hours, blackouts, holidays, quiet }) {
  return {
    zone: hours.timezone,
    days: new Set(hours.daysOfWeek),
    start: minutesOf(hours.startTime),
    end: minutesOf(hours.endTime),
    blackouts,
    holidays: new Set(holidays),
    quietZones: quiet.zones,
    quietStart: minutesOf(quiet.startTime),
    quietEnd: minutesOf(quiet.endTime),
  };
}

const NO_HOLIDAYS = new Set();

const luxonAt = (day, minutes) =>
  day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60, second: 0, millisecond: 0 });

function luxonOpen(ms, zone, days, start, end, holidays) {
  for (let at = DateTime.fromMillis(ms, { zone }); ; at = at.plus({ days: 1 }).startOf("day")) {
    const minutes = at.hour * 60 + at.minute;
    const open = (days === null || days.has(at.weekday % 7)) && !holidays.has(at.toISODate());
    if (open && minutes < end) {
      return minutes < start ? luxonAt(at, start).toMillis() : at.toMillis();
    }
  }
}

function momentOpen(ms, zone, days, start, end, holidays) {
  for (const at = moment.tz(ms, zone); ; at.add(1, "day").startOf("day")) {
    const minutes = at.hours() * 60 + at.minutes();
    const open = (days === null || days.has(at.day())) && !holidays.has(at.format("YYYY-MM-DD"));
    if (open && minutes < end) {
      return minutes < start
        ? at.hours(Math.floor(start / 60)).minutes(start % 60).seconds(0).milliseconds(0).valueOf()
        : at.valueOf();
    }
  }
}

// Every gate in turn, until none moves it.
function throughGates(open, rules, asked) {
  for (let ms = asked; ; ) {
    const before = ms;
    ms = open(ms, rules.zone, rules.days, rules.start, rules.end, rules.holidays);
    ms = rules.blackouts.find(({ start, end }) => start <= ms && ms < end)?.end ?? ms;
    for (const zone of rules.quietZones) {
      ms = open(ms, zone, null, rules.quietStart, rules.quietEnd, NO_HOLIDAYS);
    }
    if (ms === before) {
      return ms;
    }
  }
}

function calendarOf(open) {
  return {
    hours(questions) {
      const { zone, days, start, end } = rulesOf(questions);
      return (i) => open(questions.instants[i], zone, days, start, end, NO_HOLIDAYS);
    },
    gates(questions) {
      const rules = rulesOf(questions);
      return (i) => throughGates(open, rules, questions.instants[i]);
    },
  };
}

export const peers = {
  "moment-timezone": {
    ...calendarOf(momentOpen),
    // From the first one on, so that the last day of a month comes back after February.
    monthly({ instants, monthly: { start, timezone } }) {
      const first = moment.tz(start, timezone);
      return (i) => {
        const after = moment.tz(instants[i], timezone);
        let months = (after.year() - first.year()) * 12 + after.month() - first.month();
        for (months = Math.max(months, 0); ; months += 1) {
          const at = first.clone().add(months, "months").valueOf();
          if (at > instants[i]) return at;
        }
      };
    },
  },
  luxon: {
    ...calendarOf(luxonOpen),
    monthly({ instants, monthly: { start, timezone } }) {
      const first = DateTime.fromMillis(start, { zone: timezone });
      return (i) => {
        const after = DateTime.fromMillis(instants[i], { zone: timezone });
        let months = (after.year - first.year) * 12 + after.month - first.month;
        for (months = Math.max(months, 0); ; months += 1) {
          const at = first.plus({ months }).toMillis();
          if (at > instants[i]) return at;
        }
      };
    },
  },
  rrule: {
    monthly({ instants, monthly: { start, timezone } }) {
      const local = moment.tz(start, timezone);
      const rule = new rrule.RRule(
        {
          freq: rrule.RRule.MONTHLY,
          bymonthday: [28, 29, 30, 31],
          bysetpos: -1,
          dtstart: rrule.datetime(local.year(), local.month() + 1, local.date(), local.hours(), local.minutes()),
          tzid: timezone,
        },
        true, // its cache is a list that is searched from its beginning: slower
      );
      return (i) => rule.after(new Date(instants[i])).getTime();
    },
  },
  "libphonenumber-js": {
    number({ numbers }) {
      return (i) => {
        const { raw, region } = numbers[i];
        const phone = parsePhoneNumberFromString(raw, region || undefined);
        return phone?.isValid() ? { e164: phone.number, region: phone.country ?? "001" } : null;
      };
    },
  },
};
