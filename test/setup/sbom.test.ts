import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import lockfile from '../../package-lock.json' with { type: 'json' }
import { readPart } from '../../setup/parts.ts'
import { sbomOf } from '../../setup/sbom.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const product = await readPart(root)
const names = ['@aws-sdk/client-s3', 'preact', 'undici', 'valibot']
const parts = await Promise.all(names.map(name => readPart(join(root, 'node_modules', name))))

const Component = v.object({
  type: v.string(),
  purl: v.string(),
  name: v.string(),
  version: v.string(),
  scope: v.string(),
  hashes: v.array(v.object({ alg: v.string(), content: v.string() })),
  licenses: v.array(v.object({ license: v.object({ id: v.string() }) })),
})
const Bom = v.object({
  $schema: v.string(),
  bomFormat: v.string(),
  specVersion: v.string(),
  version: v.number(),
  components: v.pipe(
    v.array(v.looseObject({ name: v.string() })),
    v.transform(components => components.filter(({ name }) => names.includes(name))),
    v.array(Component),
  ),
})

describe('the SBOM', () => {
  it('says of each package what npm says of it', async () => {
    const own = sbomOf({ product, artifacts: { page: parts.slice(1, 2), all: parts } }, lockfile)
    const { stdout } = await promisify(execFile)(
      'npm',
      ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--offline'],
      { cwd: root, maxBuffer: 1e8, shell: process.platform === 'win32' },
    )
    expect(v.parse(Bom, own)).toEqual(v.parse(Bom, JSON.parse(stdout)))
  })

  it('is refused if package-lock.json does not have the package', () => {
    const [part = product] = parts
    const shipped = { product, artifacts: { page: [{ ...part, version: '0.0.1' }] } }
    expect(() => sbomOf(shipped, lockfile)).toThrow(
      'package-lock.json has no hash for @aws-sdk/client-s3 0.0.1.',
    )
  })
})
