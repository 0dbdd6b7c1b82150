// What the families of conformance vectors are in the words of the public routes: for each the request that
// a row is, and the answer in the row's words. Pure, so that a page can import it too.

// Instants are answered with milliseconds, and vectors have whole seconds.
const time = (text) => text?.replace(/\.000Z$/, "Z") ?? null;

export const families = {
  tz_convert: {
    target: "/api/time/convert",
    body({ op, zone, utc, local }) {
      if (op !== "utc_to_local" && op !== "local_to_utc") {
        throw new Error(`there is no op ${JSON.stringify(op)}`);
      }
      return op === "utc_to_local" ? { zone, utc } : { zone, local };
    },
    answer: ({ local, offsetSeconds, kind, utc, earlier, later }, { op }) =>
      op === "utc_to_local"
        ? { local, offsetSeconds }
        : { kind, utc: time(utc), earlier: time(earlier), later: time(later) },
  },
  next_available: {
    target: "/api/scheduler/next",
    body: (input) => input,
    answer: (answer) => ({ ...answer, time: time(answer.time) }),
  },
  validate: {
    target: "/api/scheduler/validate",
    body: (input) => input,
    answer: (answer) => answer,
  },
  recurrence: {
    target: "/api/recurrence/preview",
    body({ op, start, timezone, after, limit, ...series }) {
      if (op !== "list" && op !== "next") {
        throw new Error(`there is no op ${JSON.stringify(op)}`);
      }
      return { start, timezone, series, ...(op === "list" ? { limit } : { after, limit: 1 }) };
    },
    answer: ({ occurrences, complete }, { op }) =>
      op === "list"
        ? { occurrences: occurrences.map(({ at }) => time(at)), complete }
        : { next: time(occurrences[0]?.at), index: occurrences[0]?.index ?? null },
  },
  daily_window: {
    target: "/api/daily-call/check",
    body: (input) => input,
    answer: ({ due, reason = null, serviceDate = null, target, nextTarget }) => ({
      due, reason, serviceDate, target: time(target), nextTarget: time(nextTarget),
    }),
  },
  quiet_hours: {
    target: "/api/quiet-hours/check",
    body: (input) => input,
    answer: ({ allowed, blockedZones, nextAllowed }) => ({
      allowed, blockedZones, nextAllowed: time(nextAllowed),
    }),
  },
  e164: {
    target: "/api/numbers",
    body: ({ raw, defaultRegion }) => ({ number: raw, defaultRegion }),
    answer: (answer) => ({
      reason: null, e164: null, region: null, callingCode: null, type: null, zones: null, ...answer,
    }),
  },
};

// "/config/priorityWindows/0/endTime" is priorityWindows[0].endTime.
function fieldOf(pointer) {
  const tokens = pointer.split("/").slice(1);
  const inner = ["config", "policy", "series"].includes(tokens[0]) ? tokens.slice(1) : tokens;
  return inner.reduce((path, token, i) => {
    const isIndex = /^\d+$/.test(token) && inner[i - 1] !== "weekly";
    return isIndex ? `${path}[${token}]` : `${path}${path && "."}${token}`;
  }, "");
}

const WITHOUT_FIELD = new Set(["unknown_timezone", "invalid_datetime"]);

/** What a row expects of a question that is refused: the problem, and what was asked. */
export function refusal({ code, issues = [] }, { horizonDays }) {
  const fields = issues.map(({ pointer }) => fieldOf(pointer));
  if (fields.length !== 1) {
    return { error: code, fields };
  }
  if (code === "no_slot_within_horizon") {
    return { error: code, [fields[0]]: horizonDays };
  }
  return WITHOUT_FIELD.has(code) ? { error: code } : { error: code, field: fields[0] };
}
