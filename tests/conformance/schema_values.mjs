// Values drawn from a JSON Schema as /openapi.json has them: such as it asks for, and such as nobody should send.

/** A repeatable source of chance: mulberry32. */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { below, oneIn: (times) => below(times) === 0, one: (list) => list[below(list.length)] };
}

const zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"];
const pad = (number) => String(number).padStart(2, "0");

/** What is wrong nearly everywhere; some of it is only large. */
const hostile = [
  null, true, false, 0, -1, 0.5, 1e21, -1e308, 9_007_199_254_740_993, 2 ** 53, "", " ", "\u0000", "x".repeat(70_000), "'; drop table jobs; --",
  "\ud800", "\u202e\ufeff", "../../etc/passwd", "%00", "NaN", "-1", "1e9", "2026-02-30T25:61:61Z", "+999999999999-01-01T00:00:00Z",
  "Mars/Olympus", "<script>alert(1)</script>", "${7*7}", [], {}, [[]], [null], { "": {} }, { constructor: 1 },
  Array.from({ length: 2_000 }, () => 1),
];
const nested = (depth) => JSON.parse("[".repeat(depth) + "]".repeat(depth));

export class Values {
  /** `known`: ids that exist, a list for each word that a parameter or a member may be called by. */
  constructor(document, random, known) {
    Object.assign(this, { document, random, known });
  }

  resolve(schema) {
    return schema.$ref === undefined ? schema : schema.$ref.slice(2).split("/").reduce((at, word) => at[word], this.document);
  }

  /** One that the schema takes; what more there is to it, it cannot know. */
  fitting(schema, name = "", depth = 0) {
    const { random } = this;
    const own = this.resolve(schema);
    const ids = this.known.get(name);
    if (ids !== undefined && ids.length > 0 && !random.oneIn(8)) {
      return own.type === "array" ? [random.one(ids)] : random.one(ids);
    }
    if (own.const !== undefined) {
      return own.const;
    }
    if (own.enum !== undefined) {
      return random.one(own.enum);
    }
    if (own.anyOf !== undefined) {
      return this.fitting(random.one(own.anyOf), name, depth);
    }
    if (own.examples !== undefined && random.oneIn(2)) {
      return random.one(own.examples);
    }
    const type = Array.isArray(own.type) ? random.one(own.type) : own.type;
    switch (type) {
      case "object": return this.#object(own, depth);
      case "array": return this.#array(own, name, depth);
      case "boolean": return random.oneIn(2);
      case "integer":
      case "number": return this.#number(own);
      case "null": return null;
      default: return this.#text(own);
    }
  }

  #object(own, depth) {
    const made = {};
    for (const [name, member] of Object.entries(own.properties ?? {})) {
      const needed = (own.required ?? []).includes(name);
      if (needed || (depth < 4 && this.random.oneIn(3))) {
        made[name] = this.fitting(member, name, depth + 1);
      }
    }
    if (own.properties === undefined && typeof own.additionalProperties === "object") {
      made.key = this.fitting(own.additionalProperties, "", depth + 1);
    }
    return made;
  }

  #array(own, name, depth) {
    const least = own.minItems ?? 0;
    const length = Math.min(own.maxItems ?? 3, least + this.random.below(3));
    return Array.from({ length }, () => this.fitting(own.items ?? {}, name, depth + 1));
  }

  #number({ minimum = -5, maximum = 1_000_000 }) {
    const { random } = this;
    return random.one([minimum, maximum, minimum + random.below(Math.min(maximum - minimum, 100) + 1)]);
  }

  #text({ format, minLength = 0, maxLength = 40 }) {
    const { random } = this;
    const day = `20${pad(25 + random.below(4))}-${pad(1 + random.below(12))}-${pad(1 + random.below(28))}`;
    switch (format) {
      case "date-time": return `${day}T${pad(random.below(24))}:${pad(random.below(60))}:00Z`;
      case "local-date-time": return `${day}T${pad(random.below(24))}:${pad(random.below(60))}:00`;
      case "date": return day;
      case "time-of-day": return `${pad(random.below(24))}:${pad(random.below(60))}`;
      case "time-zone": return random.one(zones);
      case "phone": return `+1415555${String(random.below(10_000)).padStart(4, "0")}`;
      case "uri": return "https://api.vapi.ai";
      default: {
        const length = Math.max(minLength, Math.min(maxLength, 1 + random.below(12)));
        return Array.from({ length }, () => random.one([..."abcdefghij-0123456789 é"])).join("").trim().padEnd(minLength, "x");
      }
    }
  }

  hostileWord() {
    return String(this.random.one(hostile)).slice(0, 2_000);
  }

  /** A fitting one with one place of it spoilt, and its JSON text. */
  spoilt(schema) {
    const { random } = this;
    if (random.oneIn(12)) {
      return random.one(["", "{", "nul", "[1,]", "{\"a\":1,\"a\":2}", "\"\\ud800\"", "[".repeat(20_000), "\ufeff{}", "{} {}"]);
    }
    let value = this.fitting(schema);
    const bad = random.oneIn(10) ? nested(200) : random.one(hostile);
    const places = [];
    const visit = (parent) => {
      for (const key of Object.keys(parent)) {
        places.push([parent, key]);
        if (parent[key] !== null && typeof parent[key] === "object") {
          visit(parent[key]);
        }
      }
    };
    if (value !== null && typeof value === "object") {
      visit(value);
    }
    if (places.length === 0 || random.oneIn(8)) {
      value = bad;
    } else if (random.oneIn(6)) {
      random.one(places)[0][random.one(["__proto__", "constructor", "nobody knows", ""])] = bad;
    } else {
      const [parent, key] = random.one(places);
      if (random.oneIn(5) && !Array.isArray(parent)) {
        delete parent[key];
      } else {
        parent[key] = bad;
      }
    }
    return JSON.stringify(value);
  }
}
