// What is dropped before a national number, and what is put there, as phone_plan.hpp's cut_trunk reads
// it. For generate.mjs: libphonenumber's nationalPrefixForParsing and its transform rule, each way
// through the pattern a rule of its own, in the order in which the pattern tries them.

// A way is a list of tokens: a digit, "d" for any, "[…]" for some, "$", and where groups open and
// close: {open: n}, {close: n}.
function waysOf(pattern) {
  let at = 0, groups = 0
  const product = (left, right) => left.flatMap((a) => right.map((b) => [...a, ...b]))
  function alternatives() {
    const all = sequence()
    while (pattern[at] === '|') {
      at += 1
      all.push(...sequence())
    }
    return all
  }
  function sequence() {
    let ways = [[]]
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const one = atom()
      const [whole, low, high = low] = /^\{(\d+)(?:,(\d+))?\}/.exec(pattern.slice(at)) ?? []
      if (pattern[at] === '?') {
        at += 1
        ways = product(ways, [...one, []])
      } else if (whole) {
        at += whole.length
        const repeated = []
        for (let n = Number(high); n >= Number(low); n -= 1) {
          repeated.push(...Array.from({ length: n }, () => one).reduce(product, [[]]))
        }
        ways = product(ways, repeated)
      } else {
        ways = product(ways, one)
      }
    }
    return ways
  }
  function atom() {
    if (pattern[at] === '(') {
      const group = pattern.startsWith('(?:', at) ? 0 : (groups += 1)
      at += group ? 1 : 3
      const inner = alternatives()
      at += 1
      return group ? inner.map((way) => [{ open: group }, ...way, { close: group }]) : inner
    }
    if (pattern.startsWith('\\d', at)) {
      at += 2
      return [['d']]
    }
    if (pattern[at] === '[') {
      const end = pattern.indexOf(']', at)
      const members = pattern.slice(at + 1, end).replace(/(\d)-(\d)/g, (_, a, b) =>
        '0123456789'.slice(Number(a), Number(b) + 1))
      at = end + 1
      return [[`[${members}]`]]
    }
    at += 1
    if (!/[\d$]/.test(pattern[at - 1])) throw new Error(`cannot read ${pattern} at ${at}`)
    return [[pattern[at - 1]]]
  }
  const ways = alternatives()
  return { ways, groups }
}

const text = (tokens) => tokens.filter((token) => typeof token === 'string').join('')

// The last group decides: where it took part, the transform says what stays of the match.
function ruleOf(way, groups, transform) {
  const opened = way.findIndex((token) => token.open === groups)
  if (!transform || opened < 0) return text(way)
  const [, before, kept] = /^(\d*)\$(\d)$/.exec(transform) ?? []
  const closed = way.findIndex((token) => token.close === groups)
  // Argentina's 15, between area and number, is not read.
  if (Number(kept) !== groups || text(way.slice(closed)).replace('$', '') !== '') return ''
  return `${text(way.slice(0, opened))}=${text(way.slice(opened))}${before ? `>${before}` : ''}`
}

export function trunkRules(pattern, transform) {
  const { ways, groups } = waysOf(pattern)
  return [...new Set(ways.map((way) => ruleOf(way, groups, transform)))].filter(Boolean).join(' ')
}
