import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import lockfile from '../../package-lock.json' with { type: 'json' }

type Entry = {
  version?: string
  resolved?: string
  integrity?: string
  link?: boolean
  inBundle?: boolean
  hasInstallScript?: boolean
}
const { '': _, ...locked }: Record<string, Entry> = lockfile.packages
const packages = Object.entries(locked)

describe('each package in package-lock.json', () => {
  it('comes from the registry in one version', () => {
    const elsewhere = packages.filter(
      ([, { version, resolved, link }]) =>
        link ||
        !version ||
        !(resolved ?? 'https://registry.npmjs.org/').startsWith('https://registry.npmjs.org/'),
    )
    expect(elsewhere).toEqual([])
  })

  it('has its hash, or lies inside a package that has one', () => {
    const withoutHash = packages.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))
    const around = withoutHash.map(([path, { inBundle }]) => {
      const bundler = path.slice(0, path.lastIndexOf('/node_modules/'))
      return inBundle && locked[bundler]?.integrity ? bundler : `none: ${path}`
    })
    expect([...new Set(around)].toSorted()).toEqual([
      'node_modules/@aws-cdk/cloud-assembly-schema',
      'node_modules/aws-cdk-lib',
    ])
  })

  it('runs no script of its own when it is installed', () => {
    const withScripts = packages.filter(([, { hasInstallScript }]) => hasInstallScript)
    // esbuild works without: its script only saves the start of a process.
    expect(withScripts.map(([path]) => path)).toEqual(['node_modules/esbuild'])
    expect(manifest.allowScripts).toEqual({ esbuild: false })
  })
})

it('package.json names each dependency in exactly one version', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
})

it('the optional dependencies are one version of Node, each for one kind of machine', () => {
  const nodes = Object.keys(manifest.optionalDependencies).map(name => locked[`node_modules/${name}`])
  expect(new Set(Object.values(manifest.optionalDependencies)).size).toBe(1)
  expect(nodes).toEqual([
    expect.objectContaining({ os: 'linux', cpu: 'arm64', bin: { node: 'bin/node' } }),
    expect.objectContaining({ os: 'linux', cpu: 'x64', bin: { node: 'bin/node' } }),
    expect.objectContaining({ os: 'win32', cpu: 'x64', bin: { node: 'bin/node.exe' } }),
  ])
})
