// An automaton in few bytes, for generate.mjs; phone_plan.hpp says how it is read. What makes it
// small: a state with one edge to it needs no number, for it is the next that has none yet; edges
// are tried in order, so a set of digits may hold what came before, and few sets are left; and
// every column of the tables is its own run of similar bytes, which is what gzip likes.
import { ANY } from './automaton.mjs'

const ROUNDS = 14
const FREE_ROUNDS = 4  // all sets may be used, until the good ones stand out
const KEPT_SETS = 160
export const BLOCK = 32  // states between two marks

const count = (set) => set.toString(2).replaceAll('0', '').length
const lowest = (set) => 31 - Math.clz32(set & -set)
const tally = (values) => {
  const counts = new Map()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

// The sets to try, in this order, for `digits` when those in `taken` were tried before: one where a
// set does, and of several the most used.
function cover(digits, taken, uses) {
  let best = 0
  for (let extra = taken; ; extra = (extra - 1) & taken) {
    const set = digits | extra
    if (uses.has(set) && (best === 0 || uses.get(set) > uses.get(best))) best = set
    if (extra === 0) break
  }
  if (best !== 0) return [best]
  const sets = []
  for (let left = digits; left !== 0; left &= ~sets.at(-1)) {
    const rank = (set) => count(set & left) * 1e5 + uses.get(set)
    const within = [...uses.keys()].filter((set) => (set & left) && !(set & ~(digits | taken)))
    sets.push(within.reduce((a, b) => (rank(b) > rank(a) ? b : a)))
  }
  return sets
}

// Edges in the order of trying, with the sets that serve most states: {set, to}. `fresh` tells which
// states need no number.
function orderEdges(states, fresh) {
  const sorted = states.map((edges) => [
    ...edges.filter(({ to }) => fresh(to)).sort((a, b) => lowest(a.digits) - lowest(b.digits)),
    ...edges.filter(({ to }) => !fresh(to))
      .sort((a, b) => count(a.digits) - count(b.digits) || a.digits - b.digits)])
  let uses = tally(states.flat().map(({ digits }) => digits))
  let chosen
  for (let round = 0; round < ROUNDS; round += 1) {
    chosen = sorted.map((edges) => {
      let taken = 0
      return edges.flatMap(({ digits, to }) => {
        const sets = cover(digits, taken, uses)
        taken |= digits
        return sets.map((set) => ({ set, to }))
      })
    })
    const ranked = [...tally(chosen.flat().map(({ set }) => set))]
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    const kept = round < FREE_ROUNDS ? ranked.length : Math.max(KEPT_SETS, ranked.length * 0.85)
    uses = new Map(ranked.slice(0, kept))
    for (let digit = 0; digit < 10; digit += 1) {
      if (!uses.has(1 << digit)) uses.set(1 << digit, 1)  // so that every set can be covered
    }
  }
  return chosen
}

// The edges of all states, how many lead to each, and which states need no number. A state whose only
// edge takes several sets needs one, which changes the order of trying: then all is done again.
function chooseEdges(states) {
  let uses = tally(states.flat().map(({ to }) => to))
  for (const shared = new Set([ANY]); ;) {
    for (const [to, edges] of uses) if (edges > 1) shared.add(to)
    const before = shared.size
    const isFresh = (state) => !shared.has(state)
    const chosen = orderEdges(states, isFresh)
    uses = tally(chosen.flat().map(({ to }) => to))
    for (const [to, edges] of uses) if (edges > 1) shared.add(to)
    if (shared.size === before) return { chosen, uses, isFresh }
  }
}

// Follows the tables as the reader does, and throws where a state says something else than `states`.
function verify(tables, states, starts) {
  const { states: counts, edges, sets, targets, targetsHigh } = tables
  const before = [{ edge: 0, fresh: 0 }]
  for (const [at, byte] of counts.entries()) {
    before.push({ edge: before[at].edge + (byte & 15), fresh: before[at].fresh + (byte >> 4) })
  }
  const step = (state, digit) => {
    const { edge, fresh } = before[state]
    for (let i = 0; i < (counts[state] & 15); i += 1) {
      if (((sets[edges[edge + i]] >> digit) & 1) === 0) continue
      if (i < counts[state] >> 4) return tables.firstFresh + fresh + i
      const target = edge - fresh + i - (counts[state] >> 4)
      return targets[target] | (((targetsHigh[target >> 2] >> ((target & 3) * 2)) & 3) << 8)
    }
    return undefined
  }
  const pairs = new Map(starts.map((start, i) => [tables.firstStart + i, start]))
  for (const [packed, state] of pairs) {
    const isStart = packed >= tables.firstStart && packed < tables.firstFresh
    if (!isStart && (packed === ANY) !== (state === ANY)) throw new Error(`state ${packed}`)
    for (let digit = 0; digit < 10; digit += 1) {
      const want = state === ANY ? (packed === ANY ? undefined : ANY)
        : states[state].find(({ digits }) => (digits >> digit) & 1)?.to
      const got = step(packed, digit)
      if ((got === undefined) !== (want === undefined) ||
        (pairs.has(got) && pairs.get(got) !== want)) throw new Error(`state ${packed} at ${digit}`)
      if (got !== undefined) pairs.set(got, want)
    }
  }
}

// `starts` become the states that follow the numbered ones, in their order, each with a copy of its
// edges: so nothing has to say where they are.
export function pack(states, starts) {
  const copies = starts.map((start) => (start === ANY ? [{ digits: 0x3ff, to: ANY }]
    : states[start]))
  const all = [...states, ...copies]
  const startsAt = starts.map((_, i) => states.length + i)
  const live = new Set(startsAt)
  for (const from of live) all[from].forEach(({ to }) => live.add(to))
  const kept = all.map((edges, i) => (live.has(i) ? edges : []))

  const { chosen, uses, isFresh } = chooseEdges(kept)
  const numbered = [...live].filter((state) => uses.has(state) && !isFresh(state))
    .sort((a, b) => (a === ANY ? -1 : b === ANY ? 1 : uses.get(b) - uses.get(a) || a - b))
  const number = new Map(numbered.map((state, i) => [state, i]))
  const setsUsed = [...new Set(chosen.flat().map(({ set }) => set))].sort((a, b) => a - b)
  if (numbered.length > 1024) throw new Error('a numbered state has 10 bits')
  if (setsUsed.length > 256) throw new Error('a set of digits has 8 bits')

  const tables = { states: [], edges: [], sets: setsUsed, targets: [], targetsHigh: [], marks: [],
    firstStart: numbered.length, firstFresh: numbered.length + starts.length }
  const order = [...numbered, ...startsAt]
  for (let at = 0; at < order.length; at += 1) {
    const fresh = chosen[order[at]].filter(({ to }) => !number.has(to))
    const others = chosen[order[at]].filter(({ to }) => number.has(to))
    if (fresh.length + others.length > 15) throw new Error('a state has 4 bits for its edges')
    if (at % BLOCK === 0) {
      tables.marks.push([tables.edges.length, order.length - tables.firstFresh])
    }
    tables.states.push((fresh.length << 4) | (fresh.length + others.length))
    tables.edges.push(...[...fresh, ...others].map(({ set }) => setsUsed.indexOf(set)))
    for (const { to } of others) {
      const to10 = number.get(to)
      const part = (tables.targets.push(to10 & 255) - 1) % 4
      if (part === 0) tables.targetsHigh.push(0)
      tables.targetsHigh[tables.targetsHigh.length - 1] |= (to10 >> 8) << (part * 2)
    }
    order.push(...fresh.map(({ to }) => to))
  }
  verify(tables, states, starts)
  return tables
}
