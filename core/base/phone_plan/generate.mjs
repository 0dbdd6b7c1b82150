// Makes phone_plan.cpp from the metadata of the npm package libphonenumber-js:
//   npm pack libphonenumber-js && tar xzf libphonenumber-js-*.tgz
//   node generate.mjs package > phone_plan.cpp
// The arrays' positions are those of that package's source/metadata.js.
import { readFileSync } from 'node:fs'

const folder = process.argv[2]
if (!folder) {
  console.error('usage: node generate.mjs <unpacked libphonenumber-js>')
  process.exit(2)
}
const metadata = JSON.parse(readFileSync(`${folder}/metadata.max.json`, 'utf8'))
const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
const CODE = 0, INTERNATIONAL = 1, LENGTHS = 3, TRUNK = 5, KINDS = 11

// Every text that a finite pattern of digits, classes, groups, alternatives and '?' matches.
function expand(pattern) {
  let at = 0
  const product = (left, right) => left.flatMap((a) => right.map((b) => a + b))
  function alternatives() {
    let all = sequence()
    while (pattern[at] === '|') {
      at += 1
      all = all.concat(sequence())
    }
    return all
  }
  function sequence() {
    let texts = ['']
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      let one = atom()
      if (pattern[at] === '?') {
        at += 1
        one = ['', ...one]
      }
      texts = product(texts, one)
    }
    return texts
  }
  function atom() {
    if (pattern.startsWith('(?:', at)) {
      at += 3
      const inner = alternatives()
      at += 1
      return inner
    }
    if (pattern.startsWith('\\d', at)) {
      at += 2
      return [...'0123456789']
    }
    if (pattern[at] === '[') {
      const end = pattern.indexOf(']', at)
      const members = pattern.slice(at + 1, end).replace(/(\d)-(\d)/g, (_, a, b) =>
        '0123456789'.slice(Number(a), Number(b) + 1))
      at = end + 1
      return [...members]
    }
    at += 1
    if (!/\d/.test(pattern[at - 1])) throw new Error(`cannot expand ${pattern}`)
    return [pattern[at - 1]]
  }
  return alternatives()
}

// A pattern of digits as a tree: set {digits}, list [items], choice {either}, repeat {item, low,
// high}.
function parsePattern(pattern) {
  let at = 0
  const fail = () => { throw new Error(`cannot read ${pattern} at ${at}`) }
  function choice() {
    const either = [list()]
    while (pattern[at] === '|') {
      at += 1
      either.push(list())
    }
    return { either }
  }
  function list() {
    const items = []
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      let item = one()
      if (pattern[at] === '?') {
        at += 1
        item = { item, low: 0, high: 1 }
      } else if (pattern[at] === '{') {
        const end = pattern.indexOf('}', at)
        const [low, high = low] = pattern.slice(at + 1, end).split(',').map(Number)
        at = end + 1
        item = { item, low, high }
      }
      items.push(item)
    }
    return items
  }
  function one() {
    const rest = pattern.slice(at)
    if (rest.startsWith('(?:')) {
      at += 3
      const inner = choice()
      if (pattern[at] !== ')') fail()
      at += 1
      return inner
    }
    const text = /^(?:\\d|\d|\[(?:\d|\d-\d)+\])/.exec(rest)?.[0] ?? fail()
    at += text.length
    const member = new RegExp(`^${text}$`)
    const members = [...'0123456789'].filter((digit) => member.test(digit))
    return { digits: members.reduce((set, digit) => set | (1 << digit), 0) }
  }
  const tree = choice()
  if (at !== pattern.length) fail()
  return tree
}

// All plans as one automaton without loops: equal states, of whatever countries, are stored once.
const states = []  // {accepts, edges: [{digits, to}]}; an edge leads to an earlier state
const knownStates = new Map()

function addPlan(patterns) {
  const free = []   // per node of the tree automaton: the nodes reached without a digit
  const steps = []  // and by a digit: {digits, to}
  const node = () => {
    free.push([])
    return steps.push([]) - 1
  }
  function build(tree, from) {
    if (Array.isArray(tree)) return tree.reduce((last, item) => build(item, last), from)
    const to = node()
    if (tree.digits !== undefined) {
      steps[from].push({ digits: tree.digits, to })
    } else if (tree.either) {
      for (const branch of tree.either) free[build(branch, from)].push(to)
    } else {
      let last = from
      for (let n = 0; n < tree.high; n += 1) {
        if (n >= tree.low) free[last].push(to)
        const next = node()
        free[last].push(next)
        last = build(tree.item, next)
      }
      free[last].push(to)
    }
    return to
  }
  const start = node()
  const branch = () => {
    const begin = node()
    free[start].push(begin)
    return begin
  }
  const ends = new Set(patterns.map((pattern) => build(parsePattern(pattern), branch())))
  const reachable = (nodes) => {
    const all = new Set(nodes)
    for (const from of all) free[from].forEach((to) => all.add(to))
    return [...all].sort((a, b) => a - b)
  }
  const made = new Map()
  function stateOf(nodes) {
    const key = nodes.join()
    if (made.has(key)) return made.get(key)
    const targets = new Map()  // state -> digits
    for (let digit = 0; digit < 10; digit += 1) {
      const next = nodes.flatMap((from) => steps[from])
        .filter(({ digits }) => digits & (1 << digit))
      if (next.length === 0) continue
      const to = stateOf(reachable(next.map((step) => step.to)))
      targets.set(to, (targets.get(to) ?? 0) | (1 << digit))
    }
    const state = { accepts: nodes.some((from) => ends.has(from)),
      edges: [...targets].map(([to, digits]) => ({ digits, to })).sort((a, b) => a.to - b.to) }
    const text = JSON.stringify(state)
    if (!knownStates.has(text)) knownStates.set(text, states.push(state) - 1)
    made.set(key, knownStates.get(text))
    return made.get(key)
  }
  return stateOf(reachable([start]))
}

// Carrier selection can make hundreds of prefixes of one region; then only the short ones are kept.
function internationalPrefixes(pattern) {
  const all = [...new Set(expand(pattern))].sort()
  return (all.length <= 32 ? all : all.filter((text) => text.length <= 3)).join(' ')
}

const lengthSet = (lengths) => lengths.reduce((set, n) => set | (1 << n), 0) >>> 0
const hex = (set) => `0x${set.toString(16)}`

const codes = []
for (const code of new Set([...Object.keys(metadata.country_calling_codes),
  ...Object.keys(metadata.nonGeographic)])) {
  const members = metadata.country_calling_codes[code] ?? []
  let rows = members.map((iso) => metadata.countries[iso]).filter(Boolean)
  if (rows.length === 0) rows = [metadata.nonGeographic[code]]
  codes.push({ code: Number(code), lengths: lengthSet(rows[0][LENGTHS]),
    plan: addPlan(rows.flatMap((row) => row[KINDS].filter(Boolean).map(([pattern]) => pattern))),
    trunk: rows[0][TRUNK] || '' })
}
codes.sort((a, b) => a.code - b.code)

const regions = Object.entries(metadata.countries).sort(([a], [b]) => (a < b ? -1 : 1))

const edges = []
const stateRows = states.map((state) => {
  const firstEdge = edges.length
  edges.push(...state.edges)
  return firstEdge * 2 + (state.accepts ? 1 : 0)
})
stateRows.push(edges.length * 2)
if (edges.length >= 2 ** 15) throw new Error('a state has 15 bits for its first edge')

// As many numbers to a line as fit.
function wrap(numbers) {
  const lines = ['']
  for (const number of numbers) {
    const item = `${number},`
    if (lines.at(-1).length + item.length > 100) lines.push('')
    lines[lines.length - 1] += item
  }
  return lines
}

const out = [
  `// Generated by generate.mjs from libphonenumber-js ${version}; do not edit.`,
  '#include "core/base/phone_plan/phone_plan.hpp"',
  '',
  'namespace callgate {',
  'namespace {',
  '',
  '// clang-format off',
  'constexpr CallingCode kCallingCodes[] = {',
  ...codes.map((row) => `  {${row.code}, ${hex(row.lengths)}, ${row.plan}, "${row.trunk}"},`),
  '};',
  '',
  'constexpr std::uint16_t kStates[] = {',
  ...wrap(stateRows),
  '};',
  '',
  'constexpr std::uint32_t kEdges[] = {',
  ...wrap(edges.map(({ digits, to }) => to * 1024 + digits)),
  '};',
  '',
  'constexpr Region kRegions[] = {'
]
for (const [iso, row] of regions) {
  const head = `  {"${iso}", ${row[CODE]}, ${hex(lengthSet(row[LENGTHS]))}, "${row[TRUNK] || ''}",`
  const prefixes = internationalPrefixes(row[INTERNATIONAL])
  const chunks = prefixes.match(/.{1,80}(?: |$)/g) ?? ['']
  out.push(chunks.length === 1 ? `${head} "${prefixes}"},`
    : `${head}\n${chunks.map((chunk) => `   "${chunk}"`).join('\n')}},`)
}
out.push('};', '// clang-format on', '', '}  // namespace', '',
  'std::span<const std::uint16_t> plan_states() { return kStates; }', '',
  'std::span<const std::uint32_t> plan_edges() { return kEdges; }', '',
  'std::span<const CallingCode> calling_codes() { return kCallingCodes; }', '',
  'std::span<const Region> regions() { return kRegions; }', '', '}  // namespace callgate', '')
process.stdout.write(out.join('\n'))
