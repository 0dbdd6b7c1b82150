// Compares what the carrier's ledger says really happened with what callgate believes, call by call. The
// ledger is right by definition. A dial is known by its externalId, "<call id>-<attempt number>".

// What the carrier's words mean, said once more here so that callgate's own table is not its own judge.
const OUTCOME_OF_REASON = {
  "customer-ended-call": "answered",
  "assistant-ended-call": "answered",
  "assistant-said-end-call-phrase": "answered",
  "silence-timed-out": "answered",
  "exceeded-max-duration": "answered",
  voicemail: "voicemail",
  "customer-busy": "busy",
  "customer-did-not-answer": "no_answer",
  "twilio-failed-to-connect-call": "carrier_failed",
  "call.in-progress.error-providerfault-outbound-sip-503-service-unavailable": "carrier_failed",
  "call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable": "no_answer",
  "twilio-reported-customer-misdialed": "invalid_number",
  "call.start.error-vapifault-get-org": "provider_error",
  "vonage-rejected": "declined",
  "pipeline-no-available-llm-model": "provider_error",
  "call.in-progress.error-providerfault-outbound-sip-607-unwanted": "screened_or_spam",
  "manually-canceled": "canceled",
  "call-deleted": "canceled",
};

// Attempts that ended without a ring.
const NEVER_RANG = new Set(["not_placed", "capacity", "billing", "config"]);
const TERMINAL = new Set(["completed", "failed", "canceled"]);

const dialsIn = (attempts) => attempts.reduce((sum, one) => sum + (one.times ?? 1), 0);
const attemptKey = (callId, number) => `${callId}-${number}`;

/**
 * @param jobs        full job views  @param calls every call of those jobs
 * @param ledger      every row of the carrier, refused requests included
 * @param limit       calls at once  @param hours {opens, closes} in ms, or nothing
 * @param unpriced    whether a dial's report, which alone names the price, may not have arrived
 * @param unanswered  whether the answer to a create request may not have arrived
 */
export function compare(verdicts, run) {
  const { jobs, calls, ledger, stats, limit, hours, unpriced, unanswered = () => false } = run;
  const dials = ledger.filter((row) => row.dialled);
  const attempts = new Map();
  for (const call of calls) {
    for (const attempt of call.attempts) {
      attempts.set(attemptKey(call.id, attempt.attempt), { call, ...attempt });
    }
  }
  dialledOnce(verdicts, dials, stats);
  withinLimits(verdicts, dials, stats, limit, hours);
  dialsAreKnown(verdicts, dials, attempts, unpriced);
  beliefsAreTrue(verdicts, ledger, attempts, unanswered);
  callsEnd(verdicts, calls, dials);
  countersAddUp(verdicts, jobs, calls);
}

function dialledOnce(verdicts, dials, stats) {
  const seen = new Map();
  const twice = [];
  for (const dial of dials) {
    if (seen.has(dial.externalId)) {
      twice.push(`${dial.externalId} was dialled as ${seen.get(dial.externalId)} and ${dial.call_id}`);
    }
    seen.set(dial.externalId, dial.call_id);
  }
  verdicts.claim("no attempt is dialled twice", twice);
  verdicts.equal("the carrier's own count says so too", stats.external_ids_dialled_more_than_once, 0);
}

function withinLimits(verdicts, dials, stats, limit, hours) {
  const over = stats.max_live > limit ? [`${stats.max_live} calls at once, limit ${limit}`] : [];
  verdicts.claim(`never more than ${limit} calls at once (it was ${stats.max_live})`, over);
  verdicts.claim(
    "no number is rung by two calls at once",
    stats.numbers_dialled_at_the_same_time_examples.map((number) => `${number} was`),
  );
  if (hours) {
    const outside = dials.filter(
      ({ created_at: at }) => Date.parse(at) < hours.opens || Date.parse(at) >= hours.closes,
    );
    verdicts.claim(
      `no dial outside hours, which open at ${new Date(hours.opens).toISOString()}`,
      outside.map((dial) => `${dial.externalId} at ${dial.created_at}`),
    );
  }
}

function dialsAreKnown(verdicts, dials, attempts, unpriced) {
  let priceless = 0;
  const unknown = [];
  const otherwise = [];
  const misdated = [];
  for (const dial of dials) {
    const attempt = attempts.get(dial.externalId);
    if (attempt === undefined) {
      unknown.push(`${dial.externalId} (${dial.number}, faults ${dial.faults})`);
      continue;
    }
    const noPrice = dial.cost_micros > 0 && attempt.costMicros === undefined && unpriced(dial);
    priceless += noPrice ? 1 : 0;
    const same = [
      [attempt.outcome, OUTCOME_OF_REASON[dial.endedReason]],
      [attempt.endedReason, dial.endedReason],
      [attempt.providerCallId, dial.call_id],
      [attempt.call.phoneNumber, dial.number],
      [attempt.startedAt ?? null, dial.started_at],
      [attempt.costMicros ?? 0, noPrice ? 0 : dial.cost_micros],
    ];
    for (const [found, truth] of same.filter(([left, right]) => left !== right)) {
      otherwise.push(`${dial.externalId}: ${found}, in truth ${truth}; faults ${dial.faults}`);
    }
    const [decided, dialled] = [Date.parse(attempt.dialedAt), Date.parse(dial.created_at)];
    if (decided > dialled || Date.parse(attempt.endedAt) < Date.parse(dial.ended_at)) {
      misdated.push(`${dial.externalId}: decided ${attempt.dialedAt}, dialled ${dial.created_at}, ` +
        `ended ${dial.ended_at}, believed ended ${attempt.endedAt}`);
    }
  }
  verdicts.claim(`every dial is an attempt that callgate knows (${dials.length} dials)`, unknown);
  verdicts.claim(
    `outcome, reason, number, start, price and call id are the carrier's (${priceless} without a ` +
      "price, their report was lost)",
    otherwise,
  );
  verdicts.claim("no dial before its decision, no end before it ended", misdated);
}

function beliefsAreTrue(verdicts, ledger, attempts, unanswered) {
  const rows = new Map();
  for (const row of ledger) {
    rows.set(row.externalId, [...(rows.get(row.externalId) ?? []), row]);
  }
  const wrong = [];
  for (const [key, attempt] of attempts) {
    const asked = rows.get(key) ?? [];
    const rang = asked.some((row) => row.dialled);
    const refusal = asked.find((row) => row.faults.includes("refuse"));
    const mayHaveRung = !NEVER_RANG.has(attempt.outcome) && !refusal;
    if (rang !== mayHaveRung) {
      wrong.push(`${key} is believed ${attempt.outcome} (${attempt.endedReason}), ` +
        `the carrier ${rang ? "rang" : "never rang"}`);
    }
    if (refusal && attempt.outcome !== "invalid_number" && !unanswered(refusal)) {
      wrong.push(`${key} was refused for its number, but is believed ${attempt.outcome}`);
    }
  }
  verdicts.claim(`every attempt rang or did not, as callgate says (${attempts.size} attempts)`, wrong);
}

function callsEnd(verdicts, calls, dials) {
  const reached = new Set(
    dials.filter((dial) => dial.outcome === "answered").map((dial) => dial.externalId.split("-")[0]),
  );
  verdicts.claim(
    `every person is called to an end (${calls.length} people)`,
    calls.filter((call) => !TERMINAL.has(call.status)).map((call) => `${call.id} is ${call.status}`),
  );
  verdicts.claim(
    "a call is completed exactly when somebody answered",
    calls
      .filter((call) => (call.status === "completed") !== reached.has(call.id))
      .map((call) => `${call.id} is ${call.status}`),
  );
  // Put-offs for the same reason share an entry, which has the number of the last of them.
  const gaps = calls.filter((call) =>
    call.attempts.some((one, at) => at > 0 && one.attempt <= call.attempts[at - 1].attempt) ||
    dialsIn(call.attempts) !== (call.attempts.at(-1)?.attempt ?? 0));
  verdicts.claim("attempts count 1, 2, 3 without a gap", gaps.map((call) => call.id));
}

function countersAddUp(verdicts, jobs, calls) {
  const wrong = [];
  for (const job of jobs) {
    const own = calls.filter((call) => call.jobId === job.id);
    const count = (status) => own.filter((call) => call.status === status).length;
    const attempts = own.flatMap((call) => call.attempts);
    const same = {
      totalCalls: own.length,
      completedCalls: count("completed"),
      failedCalls: count("failed"),
      canceledCalls: count("canceled"),
      openCalls: own.filter((call) => !TERMINAL.has(call.status)).length,
      attempts: dialsIn(attempts),
      costMicros: attempts.reduce((sum, one) => sum + (one.costMicros ?? 0), 0),
    };
    for (const [name, value] of Object.entries(same).filter(([key, value]) => job[key] !== value)) {
      wrong.push(`${job.id}: ${name} is ${job[name]}, its calls say ${value}`);
    }
  }
  verdicts.claim(`the counters of ${jobs.length} job(s) are the sums of their calls`, wrong);
}

/** Outcomes, faults and the like of a run, in one line each. */
export function describe(ledger, calls) {
  const tally = (words) => {
    const counts = {};
    for (const word of words) {
      counts[word] = (counts[word] ?? 0) + 1;
    }
    return Object.entries(counts).sort().map(([word, n]) => `${word} ${n}`).join(", ");
  };
  console.log(`  dials: ${tally(ledger.map((row) => row.outcome))}`);
  console.log(`  faults: ${tally(ledger.flatMap((row) => row.faults)) || "none"}`);
  console.log(`  calls: ${tally(calls.map((call) => call.status))}`);
  console.log(`  attempts: ${tally(calls.flatMap((c) => c.attempts.map((a) => a.outcome)))}`);
}
