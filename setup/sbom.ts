import * as v from 'valibot'
import type { Part } from './parts.ts'

const Lockfile = v.object({
  packages: v.record(v.string(), v.object({ version: v.string(), integrity: v.optional(v.string()) })),
})

/** What a deploy ships: the product itself, and the packages in each of its artifacts. */
export type Shipped = { product: Part; artifacts: Readonly<Record<string, readonly Part[]>> }

/**
 * Returns a CycloneDX 1.5 document of what is shipped, with the hash of each package in package-lock.json. The same
 * for the same build: it has no time and no serial number.
 * @throws Error if package-lock.json does not have a part.
 */
export function sbomOf({ product, artifacts }: Shipped, packageLock: unknown): object {
  const { packages } = v.parse(Lockfile, packageLock)
  const libraries = new Map(
    Object.values(artifacts).flatMap(parts => parts.map(part => [purlOf(part), part] as const)),
  )
  const names = Object.keys(artifacts)
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        ...componentOf(product, 'application'),
        components: names.map(name => ({ type: 'application', 'bom-ref': name, name })),
      },
    },
    components: [...libraries.values()].toSorted(byName).map(part => ({
      ...componentOf(part, 'library'),
      scope: 'required',
      hashes: [{ alg: 'SHA-512', content: hashOf(part, packages) }],
    })),
    dependencies: [
      { ref: purlOf(product), dependsOn: names },
      ...names.map(name => ({ ref: name, dependsOn: artifacts[name]?.toSorted(byName).map(purlOf) })),
    ],
  }
}

const byName = (a: Part, b: Part): number => (purlOf(a) < purlOf(b) ? -1 : 1)

const purlOf = ({ name, version }: Part): string => `pkg:npm/${name.replace('@', '%40')}@${version}`

const componentOf = (part: Part, type: string) => ({
  type,
  'bom-ref': purlOf(part),
  name: part.name,
  version: part.version,
  purl: purlOf(part),
  licenses: [{ license: { id: part.license } }],
})

/** The SHA-512 of the package's file in the registry, in hexadecimal, as npm checks it at an install. */
function hashOf(part: Part, packages: v.InferOutput<typeof Lockfile>['packages']): string {
  const [, locked] =
    Object.entries(packages).find(
      ([path, { version }]) => path.endsWith(`node_modules/${part.name}`) && version === part.version,
    ) ?? []
  if (!locked?.integrity) {
    throw new Error(`package-lock.json has no hash for ${part.name} ${part.version}. Run: npm ci`)
  }
  return Buffer.from(locked.integrity.replace('sha512-', ''), 'base64').toString('hex')
}
