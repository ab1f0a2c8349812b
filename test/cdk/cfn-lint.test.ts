import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { variant } from './resources.ts'
import { everything } from './variants.ts'

const isInstalled = spawnSync('cfn-lint', ['--version']).status === 0

describe.skipIf(!isInstalled)('cfn-lint (skipped if not installed)', () => {
  it('reports nothing for the defaults or for every setting', () => {
    const directory = mkdtempSync(join(tmpdir(), 'dashboard-lint-'))
    try {
      const files = [{}, everything].map((context, at) => {
        const file = join(directory, `${at}.json`)
        writeFileSync(file, JSON.stringify(variant(context)))
        return file
      })
      // W3005: a DependsOn that a reference already implies. CDK writes both.
      const { stdout, stderr, status } = spawnSync('cfn-lint', ['-i', 'W3005', '--', ...files], {
        encoding: 'utf8',
      })
      expect(stdout + stderr).toBe('')
      expect(status).toBe(0)
    } finally {
      rmSync(directory, { recursive: true })
    }
  }, 60_000)
})
