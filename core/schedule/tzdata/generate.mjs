// Makes archive.cpp from the text form of the time zone database, tzdata.zi (a file of the
// distribution's tzdata package, or of an IANA release), with the zic found on the PATH:
//   node generate.mjs path/to/tzdata.zi > archive.cpp
//   node generate.mjs path/to/tzdata.zi --binary > zones.cgtz   for callgate serve --tzdata
// archive.hpp has the layout. zic's slim output and its own cut (-r) are not used: zic 2.36 loses
// changes of Asia/Gaza in the one and misstates what holds at the cut in the other. Its fat output
// is exact.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const YEAR_2000 = 946684800
const LINE_WIDTH = 100

// The 64-bit block of a TZif file (RFC 8536): the offset at 2000, the changes after it, the footer.
function readTzif(file) {
  const bytes = readFileSync(file)
  const counts = (at) => [0, 1, 2, 3, 4, 5].map((i) => bytes.readUInt32BE(at + 20 + 4 * i))
  const sizeOf = ([utc, std, leap, times, types, chars], width) =>
    times * (width + 1) + types * 6 + chars + leap * (width + 4) + std + utc
  const second = 44 + sizeOf(counts(0), 4)
  const [utc, std, leap, times, types, chars] = counts(second)
  const timesAt = second + 44
  const typesAt = timesAt + 9 * times
  const offset = (type) => bytes.readInt32BE(typesAt + 6 * type)
  let first = offset(0)
  let last = YEAR_2000
  const changes = []
  for (let i = 0; i < times; i += 1) {
    const at = Number(bytes.readBigInt64BE(timesAt + 8 * i))
    const after = offset(bytes[timesAt + 8 * times + i])
    if (at <= YEAR_2000) {
      first = after
    } else if (after !== (changes.length > 0 ? changes.at(-1).after : first)) {
      changes.push({ at, after })
    }
    last = Math.max(last, at)
  }
  const footerAt = second + 44 + sizeOf([utc, std, leap, times, types, chars], 8)
  const footer = bytes.toString('latin1', footerAt + 1, bytes.length - 1)
  return { first, changes: withoutRuled(first, changes, last, ruleOf(footer)), footer }
}

// The footers in use: one offset, or two that change on "the n-th weekday of a month".
function ruleOf(footer) {
  const name = '(?:<[^>]+>|[A-Za-z]+)'
  const offset = '([-+:0-9]+)'
  const daylightForm = `(?:${name}${offset}?,M([^,]+),M([^,]+))?`
  const form = new RegExp(`^${name}${offset}${daylightForm}$`).exec(footer)
  if (!form) throw new Error(`the rule ${footer} is of no known form`)
  const seconds = (text) => {
    const [hours, minutes = 0] = text.replace(/^[-+]/, '').split(':').map(Number)
    return (hours * 3600 + minutes * 60) * (text.startsWith('-') ? -1 : 1)
  }
  const standard = 0 - seconds(form[1])
  if (!form[3]) return () => []
  const daylight = form[2] ? 0 - seconds(form[2]) : standard + 3600
  const localTime = (text, year) => {
    const [date, time = '2'] = text.split('/')
    const [month, week, weekday] = date.split('.').map(Number)
    const first = new Date(Date.UTC(year, month - 1, 1))
    const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
    let day = 1 + ((weekday - first.getUTCDay() + 7) % 7) + 7 * (week - 1)
    while (day > days) day -= 7
    return Date.UTC(year, month - 1, day) / 1000 + seconds(time)
  }
  return (year) => [{ at: localTime(form[3], year) - standard, after: daylight },
    { at: localTime(form[4], year) - daylight, after: standard }].sort((a, b) => a.at - b.at)
}

// Drops the changes at the end that the rule makes too. What is left ends where it takes over.
function withoutRuled(first, changes, last, rule) {
  const ruled = []
  for (let year = 1999; year <= new Date(last * 1000).getUTCFullYear(); year += 1) {
    ruled.push(...rule(year).filter(({ at }) => at <= last))
  }
  const same = (a, b) => a.at === b.at && a.after === b.after
  let kept = changes.length
  let left = ruled.length
  while (kept > 0 && left > 0 && same(changes[kept - 1], ruled[left - 1])) {
    kept -= 1
    left -= 1
  }
  // The rule holds from the last kept change on: nothing of it may lie between that and the first
  // one dropped.
  const from = (index) => (index > 0 ? changes[index - 1].at : YEAR_2000)
  while (kept < changes.length && left > 0 && ruled[left - 1].at > from(kept)) {
    kept += 1
    left += 1
  }
  if (left > 0 && ruled[left - 1].at > from(kept)) {
    throw new Error('the rule disagrees with the end of the table')
  }
  return changes.slice(0, kept)
}

const varint = (value) => {
  const out = []
  do {
    out.push((value & 127) | (value > 127 ? 128 : 0))
    value >>>= 7
  } while (value > 0)
  return out
}
const signed = (value) => varint(value < 0 ? -2 * value - 1 : 2 * value)
const text = (value) => [...varint(value.length), ...Buffer.from(value, 'latin1')]
const minutes = (seconds) => {
  if (seconds % 60 !== 0) throw new Error(`${seconds} s is no whole minute`)
  return seconds / 60
}

function encodeBody({ first, changes, footer }) {
  const out = [...text(footer), ...signed(minutes(first)), ...varint(changes.length)]
  let before = YEAR_2000
  for (const { at, after } of changes) {
    out.push(...varint(minutes(at - before)), ...signed(minutes(after)))
    before = at
  }
  return out
}

function filesBelow(folder, prefix = '') {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(folder, `${prefix}${entry.name}/`) : [prefix + entry.name])
}

function makeArchive(source) {
  const release = /^# version (\S+)/.exec(readFileSync(source, 'latin1'))?.[1]
  if (!release) throw new Error(`${source} does not begin with its release`)
  const folder = mkdtempSync(join(tmpdir(), 'tzdata-'))
  try {
    execFileSync('zic', ['-b', 'fat', '-d', folder, source], { stdio: ['ignore', 2, 2] })
    const bodies = new Map()  // encoded body -> index
    const names = []
    let before = ''
    const sorted = filesBelow(folder).sort((a, b) => (a < b ? -1 : 1))
    for (const name of sorted) {
      const body = encodeBody(readTzif(join(folder, name)))
      const key = body.join(',')
      if (!bodies.has(key)) bodies.set(key, { index: bodies.size, body })
      let shared = 0
      while (shared < before.length && before[shared] === name[shared]) shared += 1
      names.push(...varint(shared), ...text(name.slice(shared)), ...varint(bodies.get(key).index))
      before = name
    }
    const bytes = [...Buffer.from('CGTZ1\n'), ...text(release), ...varint(bodies.size),
      ...[...bodies.values()].flatMap(({ body }) => body), ...varint(sorted.length), ...names]
    return { release, bytes, names: sorted.length, bodies: bodies.size }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function wrap(bytes) {
  const lines = ['']
  for (const byte of bytes) {
    const item = `${byte},`
    if (lines.at(-1).length + item.length > LINE_WIDTH) lines.push('')
    lines[lines.length - 1] += item
  }
  return lines.join('\n')
}

if (!process.argv[2]) {
  console.error('usage: node generate.mjs path/to/tzdata.zi [--binary] > archive.cpp')
  process.exit(2)
}
const { release, bytes, names, bodies } = makeArchive(process.argv[2])
process.stdout.write(process.argv[3] === '--binary' ? Buffer.from(bytes) : `// Generated by generate.mjs from tzdata ${release}; do not edit.
// ${names} names, ${bodies} different bodies, ${bytes.length} bytes.
#include "core/schedule/tzdata/archive.hpp"

namespace callgate {
namespace {

// clang-format off
constexpr unsigned char kArchive[] = {
${wrap(bytes)}
};
// clang-format on

}  // namespace

Bytes tzdata_archive() { return kArchive; }

}  // namespace callgate
`)
