// The committed table of holidays is what its generator makes of the locked package, in whatever
// zone it runs.
import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = (name) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const skip = existsSync(root('node_modules/date-holidays')) ? false
  : 'npm ci has not installed its package'

for (const TZ of ['UTC', 'Pacific/Auckland']) {
  test(`table.cpp is what generate.mjs makes in ${TZ}`, { skip }, () => {
    const made = execFileSync(process.execPath,
      [root('core/schedule/holidays/generate.mjs'), root('node_modules')],
      { encoding: 'utf8', env: { ...process.env, TZ } })
    assert.ok(made === readFileSync(root('core/schedule/holidays/table.cpp'), 'utf8'))
  })
}
