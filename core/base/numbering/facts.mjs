// What is known of each number in use, from libphonenumber's metadata and zone map, as one
// decision automaton: it reads a number's digits, calling code first, only as far as they matter.
// For generate.mjs.

const CODE = 0, LEADING = 10, KINDS = 11, NONGEOGRAPHIC = '001'
// The order of the metadata's patterns, and that in which libphonenumber tries them.
const NAMES = ['fixed_line', 'mobile', 'toll_free', 'premium_rate', 'personal_number', 'voicemail',
  'uan', 'pager', 'voip', 'shared_cost']
const TRIED = ['premium_rate', 'toll_free', 'shared_cost', 'voip', 'personal_number', 'pager', 'uan',
  'voicemail'].map((name) => NAMES.indexOf(name))
const FIXED = 0, MOBILE = 1
export const TYPES = [...NAMES, 'fixed_line_or_mobile']
// Where a mobile number tells its place too (libphonenumber's GEO_MOBILE_COUNTRIES).
const GEOGRAPHIC_MOBILE = new Set(['52', '54', '55', '62', '86'])

// A pattern as a graph without labels but digits: {free, steps, start, end}; `any`: whatever
// follows is accepted too.
function graphOf(pattern, any) {
  const free = [], steps = []
  const node = () => (free.push([]), steps.push([]) - 1)
  let at = 0
  const fail = () => { throw new Error(`cannot read ${pattern} at ${at}`) }
  function choice(from) {
    const to = node()
    do { free[list(from)].push(to) } while (pattern[at] === '|' && ++at)
    return to
  }
  function list(from) {
    let last = from
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const begin = at
      const once = one(last)
      let low = 1, high = 1
      if (pattern[at] === '?') {
        low = 0
        at += 1
      } else if (pattern[at] === '{') {
        const end = pattern.indexOf('}', at)
        const bounds = pattern.slice(at + 1, end).split(',').map(Number)
        low = bounds[0]
        high = bounds[1] ?? low
        at = end + 1
      }
      const after = at
      const to = node()
      if (low === 0) free[last].push(to)
      if (low <= 1) free[once].push(to)
      let reached = once
      for (let n = 2; n <= high; n += 1) {
        at = begin
        reached = one(reached)
        if (n >= low) free[reached].push(to)
      }
      at = after
      last = to
    }
    return last
  }
  function one(from) {
    if (pattern.startsWith('(?:', at)) {
      at += 3
      const to = choice(from)
      if (pattern[at] !== ')') fail()
      at += 1
      return to
    }
    const text = /^(?:\\d|\d|\[(?:\d|\d-\d)+\])/.exec(pattern.slice(at))?.[0] ?? fail()
    at += text.length
    const to = node()
    const member = new RegExp(`^${text}$`)
    for (let digit = 0; digit < 10; digit += 1) {
      if (member.test(String(digit))) steps[from].push([digit, to])
    }
    return to
  }
  const start = node()
  const end = choice(start)
  if (at !== pattern.length) fail()
  if (any) for (let digit = 0; digit < 10; digit += 1) steps[end].push([digit, end])
  return { free, steps, start, end }
}

// Reads with many graphs at once; a state is the list of their nodes.
function reader(graphs) {
  const closure = (nodes) => {
    const all = new Set(nodes)
    for (const key of all) {
      const [g, n] = key.split('.').map(Number)
      for (const to of graphs[g].free[n]) all.add(`${g}.${to}`)
    }
    return [...all].sort()
  }
  const ends = new Map(graphs.map(({ end }, g) => [`${g}.${end}`, g]))
  return {
    start: closure(graphs.map(({ start }, g) => `${g}.${start}`)),
    step: (state, digit) => closure(state.flatMap((key) => {
      const [g, n] = key.split('.').map(Number)
      return graphs[g].steps[n].filter(([d]) => d === digit).map(([, to]) => `${g}.${to}`)
    })),
    accepted: (state) => new Set(state.filter((key) => ends.has(key)).map((key) => ends.get(key))),
  }
}

function typeOf(row, has) {
  for (const kind of TRIED) if (has(kind)) return kind
  if (has(FIXED)) {
    const mobile = row[KINDS][MOBILE]
    return !mobile || mobile[0] === '' || has(MOBILE) ? TYPES.length - 1 : FIXED
  }
  return has(MOBILE) ? MOBILE : undefined
}

// Returns {labels, nodes, root}. A label is [region, type, zones]; a node is {label} or {end,
// next: [10 nodes]}, undefined where no number goes on.
export function decide(metadata, zonesByPrefix) {
  const labels = [], labelAt = new Map()
  const nodes = [], nodeAt = new Map()
  const leafOf = (label) => {
    const text = JSON.stringify(label)
    if (!labelAt.has(text)) labelAt.set(text, labels.push(label) - 1)
    return made({ label: labelAt.get(text) })
  }
  const made = (value) => {
    const text = JSON.stringify(value)
    if (!nodeAt.has(text)) nodeAt.set(text, nodes.push(value) - 1)
    return nodeAt.get(text)
  }
  // A node of its parts; one that says the same whatever comes is a leaf.
  const join = (end, next) => {
    const parts = [end, ...next].filter((part) => part !== undefined)
    if (parts.length === 0) return undefined
    const same = parts.every((part) => part === parts[0] && nodes[part].label !== undefined)
    return same ? parts[0] : made({ end: end ?? null, next: next.map((part) => part ?? null) })
  }
  const zonesOf = (digits) => {
    for (let size = digits.length; size > 0; size -= 1) {
      const zones = zonesByPrefix.get(digits.slice(0, size))
      if (zones !== undefined) return zones
    }
    return ''  // of no place at all: 800, 870 …
  }
  const longer = new Set()
  for (const prefix of zonesByPrefix.keys()) {
    for (let size = 1; size < prefix.length; size += 1) longer.add(prefix.slice(0, size))
  }
  function codeNode(code, isos) {
    const rows = isos.map((iso) => metadata.countries[iso] ?? metadata.nonGeographic[code])
    const graphs = [], meanings = []
    rows.forEach((row, r) => {
      if (row[LEADING] && rows.length > 1) {
        graphs.push(graphOf(row[LEADING], true))
        meanings.push({ r, leading: true })
      }
      row[KINDS].forEach((kind, k) => {
        if (!kind || !kind[0]) return
        graphs.push(graphOf(kind[0], false))
        meanings.push({ r, kind: k, lengths: kind[1] })
      })
    })
    const { start, step, accepted } = reader(graphs)
    function labelOf(state, digits, zoneDigits) {
      const said = [...accepted(state)].map((g) => meanings[g])
        .filter(({ lengths }) => !lengths || lengths.includes(digits))
      for (const [r, row] of rows.entries()) {
        const type = typeOf(row, (kind) => said.some((m) => m.r === r && m.kind === kind))
        const leading = row[LEADING] && rows.length > 1
        const here = leading ? said.some((m) => m.r === r && m.leading) : type !== undefined
        if (!here) continue
        if (type === undefined) return undefined
        const geographic = type === FIXED || type === TYPES.length - 1 ||
          (type === MOBILE && GEOGRAPHIC_MOBILE.has(code))
        return [isos[r], type, zonesOf(geographic ? zoneDigits : code)]
      }
      return undefined
    }
    const memo = new Map()
    // `zoneDigits`: as many of the number's digits as the zone map tells apart.
    function walk(state, digits, zoneDigits) {
      const key = `${state} ${digits} ${zoneDigits}`
      if (memo.has(key)) return memo.get(key)
      const label = digits > 0 ? labelOf(state, digits, zoneDigits) : undefined
      const next = []
      for (let digit = 0; digit < 10; digit += 1) {
        const to = step(state, digit)
        const open = longer.has(zoneDigits) && (zoneDigits.length === code.length + digits)
        const lives = to.length > 0 && !to.every((k) => meanings[Number(k.split('.')[0])].leading)
        next.push(lives ? walk(to, digits + 1, open ? zoneDigits + digit : zoneDigits) : undefined)
      }
      const node = join(label && leafOf(label), next)
      memo.set(key, node)
      return node
    }
    return walk(start, 0, code)
  }
  const tops = new Map()
  for (const code of new Set([...Object.keys(metadata.country_calling_codes),
    ...Object.keys(metadata.nonGeographic)])) {
    const isos = (metadata.country_calling_codes[code] ?? [NONGEOGRAPHIC])
      .map((iso) => (metadata.countries[iso] ? iso : NONGEOGRAPHIC))
    tops.set(code, codeNode(code, isos))
  }
  const above = (prefix) => tops.get(prefix) ?? (prefix.length === 3 ? undefined
    : join(undefined, [...'0123456789'].map((digit) => above(prefix + digit))))
  return { labels, nodes, root: above('') }
}

// The package's BSON: one document whose names are prefixes and whose texts are zones, "A&B".
export function readZones(bson) {
  const zones = new Map()
  for (let at = 4; bson[at] !== 0;) {
    if (bson[at] !== 2) throw new Error('the zone map is no document of texts')
    const end = bson.indexOf(0, at + 1)
    const size = bson.readInt32LE(end + 1)
    zones.set(bson.toString('latin1', at + 1, end), bson.toString('latin1', end + 5, end + 4 + size))
    at = end + 5 + size
  }
  return zones
}
