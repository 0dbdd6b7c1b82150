// Makes tables.cpp from the metadata of the npm package libphonenumber-js:
//   npm pack libphonenumber-js && tar xzf libphonenumber-js-*.tgz
//   node generate.mjs package > tables.cpp
// The arrays' positions are those of that package's source/metadata.js.
import { readFileSync } from 'node:fs'
import { makeAutomaton } from './automaton.mjs'
import { BLOCK, pack } from './pack.mjs'
import { trunkRules } from './trunk.mjs'

const folder = process.argv[2]
if (!folder) {
  console.error('usage: node generate.mjs <unpacked libphonenumber-js>')
  process.exit(2)
}
const metadata = JSON.parse(readFileSync(`${folder}/metadata.max.json`, 'utf8'))
const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
const CODE = 0, INTERNATIONAL = 1, LENGTHS = 3, TRUNK = 5, KINDS = 11
const TRUNK_PATTERN = 7, TRUNK_TRANSFORM = 8

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

// Carrier selection can make hundreds of prefixes of one region; then only the short ones are kept.
function internationalPrefixes(pattern) {
  const all = [...new Set(expand(pattern))].sort()
  return (all.length <= 32 ? all : all.filter((text) => text.length <= 3)).join(' ')
}

const lengthSet = (lengths) => lengths.reduce((set, n) => set | (1 << n), 0) >>> 0
const hex = (set) => `0x${set.toString(16)}`

const rulesOf = (row) =>
  trunkRules(row[TRUNK_PATTERN] || row[TRUNK] || '', row[TRUNK_TRANSFORM] || '')

// A list in which a value stands once, and where it stands.
function pool() {
  const values = []
  const at = (value) => {
    const found = values.indexOf(value)
    const place = found < 0 ? values.push(value) - 1 : found
    if (place > 255) throw new Error('a place in a pool has 8 bits')
    return place
  }
  return { values, at }
}
const lengthSets = pool()
const texts = pool()

const automaton = makeAutomaton()
const codes = []
for (const code of new Set([...Object.keys(metadata.country_calling_codes),
  ...Object.keys(metadata.nonGeographic)])) {
  const members = metadata.country_calling_codes[code] ?? []
  let rows = members.map((iso) => metadata.countries[iso]).filter(Boolean)
  if (rows.length === 0) rows = [metadata.nonGeographic[code]]
  codes.push({ code: Number(code), main: rows[0],
    patterns: rows.flatMap((row) => row[KINDS].filter(Boolean).map(([pattern]) => pattern)) })
}
codes.sort((a, b) => a.code - b.code)
for (const row of codes) row.starts = automaton.add(row.patterns)
const tables = pack(automaton.states, codes.flatMap(({ starts }) => starts.map(({ start }) => start)))

let start = tables.firstStart
const codeRows = codes.map(({ code, main, starts }) => {
  const planned = lengthSets.at(lengthSet(starts.map(({ length }) => length)))
  const row = `{${code},${start},${planned},${lengthSets.at(lengthSet(main[LENGTHS]))},` +
    `${texts.at(rulesOf(main))}},`
  start += starts.length
  return row
})
const regionRows = Object.entries(metadata.countries).sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([iso, row]) => `{{'${iso[0]}','${iso[1]}'},${row[CODE]},` +
    `${lengthSets.at(lengthSet(row[LENGTHS]))},${texts.at(rulesOf(row))},` +
    `${texts.at(internationalPrefixes(row[INTERNATIONAL]))}},`)

// As many items to a line as fit.
function wrap(items) {
  const lines = ['']
  for (const item of items) {
    if (lines.at(-1).length + item.length > 100) lines.push('')
    lines[lines.length - 1] += item
  }
  return lines
}

function literal(value) {
  const chunks = value.match(/.{1,90}(?: |$)/g) ?? ['']
  return `  ${chunks.map((chunk) => `"${chunk}"`).join('\n  ')},`
}

const array = (type, name, lines) => ['', `constexpr ${type} ${name}[] = {`, ...lines, '};']
const numbers = (items) => wrap(items.map((item) => `${item},`))
const out = [
  `// Generated by generate.mjs from libphonenumber-js ${version}; do not edit.`,
  '#include "core/base/phone_plan/tables.hpp"',
  '',
  'namespace callgate::phone_plan {',
  'namespace {',
  '',
  '// clang-format off',
  `constexpr std::uint16_t kFirstFresh = ${tables.firstFresh};`,
  `static_assert(kStatesPerMark == ${BLOCK});`,
  ...array('std::uint8_t', 'kStates', numbers(tables.states)),
  ...array('std::uint8_t', 'kEdges', numbers(tables.edges)),
  ...array('std::uint8_t', 'kTargets', numbers(tables.targets)),
  ...array('std::uint8_t', 'kTargetsHigh', numbers(tables.targetsHigh)),
  ...array('std::uint16_t', 'kDigitSets', numbers(tables.sets)),
  ...array('Mark', 'kMarks', wrap(tables.marks.map(([edges, fresh]) => `{${edges},${fresh}},`))),
  ...array('CodeRow', 'kCodes', wrap(codeRows)),
  ...array('RegionRow', 'kRegions', wrap(regionRows)),
  ...array('LengthSet', 'kLengthSets', numbers(lengthSets.values.map(hex))),
  ...array('const char*', 'kTexts', texts.values.map(literal)),
  '',
  '}  // namespace',
  '',
  'const Tables& tables() {',
  '  static constexpr Tables kTables{kFirstFresh, kStates, kEdges, kTargets, kTargetsHigh,',
  '                                  kDigitSets, kMarks, kCodes, kRegions, kLengthSets, kTexts};',
  '  return kTables;',
  '}',
  '// clang-format on',
  '',
  '}  // namespace callgate::phone_plan',
  ''
]
process.stdout.write(out.join('\n'))
