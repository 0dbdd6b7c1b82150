// Digit patterns to an automaton without loops, for generate.mjs. In the end every start reads
// numbers of one length only, so that a state says no more than which digits may come next, and
// state ANY stands for "whatever else comes". Equal states, of whatever countries, are stored once.

export const ANY = 0

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

// The patterns, each from its own branch, as an automaton that reads them all at once. Returns
// {free, steps, start, ends}: per node the nodes reached without a digit, and by one: {digits, to}.
function branchesOf(patterns) {
  const free = []
  const steps = []
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
  return { free, steps, start, ends }
}

// Returns {states, add}. A state is a list of edges {digits, to} over different digits; add(patterns)
// returns [{length, start}], ascending, one for each length that the patterns have.
export function makeAutomaton() {
  const states = [[]]  // ANY
  const known = new Map()

  // The state for edges given as a map from target to digits; undefined where none leads on.
  function stateOf(digitsTo) {
    if (digitsTo.size === 0) return undefined
    if (digitsTo.get(ANY) === 0x3ff) return ANY
    const edges = [...digitsTo].map(([to, digits]) => ({ digits, to })).sort((a, b) => a.to - b.to)
    const text = JSON.stringify(edges)
    if (!known.has(text)) known.set(text, states.push(edges) - 1)
    return known.get(text)
  }

  function add(patterns) {
    const { free, steps, start, ends } = branchesOf(patterns)
    const reachable = (nodes) => {
      const all = new Set(nodes)
      for (const from of all) free[from].forEach((to) => all.add(to))
      return [...all].sort((a, b) => a - b)
    }
    const made = new Map()
    function reading(nodes, length) {
      const key = `${nodes} ${length}`
      if (made.has(key)) return made.get(key)
      const digitsTo = new Map()
      for (let digit = 0; digit < 10 && length > 0; digit += 1) {
        const next = nodes.flatMap((from) => steps[from])
          .filter(({ digits }) => digits & (1 << digit))
        if (next.length === 0) continue
        const to = reading(reachable(next.map((step) => step.to)), length - 1)
        if (to !== undefined) digitsTo.set(to, (digitsTo.get(to) ?? 0) | (1 << digit))
      }
      const ended = length === 0 && nodes.some((from) => ends.has(from))
      made.set(key, ended ? ANY : stateOf(digitsTo))
      return made.get(key)
    }
    const starts = []
    for (let length = 1; length < 32; length += 1) {
      const state = reading(reachable([start]), length)
      if (state !== undefined) starts.push({ length, start: state })
    }
    return starts
  }

  return { states, add }
}
