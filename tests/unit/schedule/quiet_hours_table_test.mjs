// The committed table is what its generator makes of quiet-hours.json.
import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const file = (name) =>
  fileURLToPath(new URL(`../../../core/schedule/quiet_hours/${name}`, import.meta.url))

test('table.cpp is what generate.mjs makes', () => {
  const made = execFileSync(process.execPath, [file('generate.mjs')], { encoding: 'utf8' })
  assert.equal(made, readFileSync(file('table.cpp'), 'utf8'))
})
