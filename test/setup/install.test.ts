import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { type FreshClone, makeFreshClone } from './fresh-clone.ts'

let clone: FreshClone
beforeEach(async () => {
  clone = await makeFreshClone()
})
afterEach(() => clone.remove())

const setup = (environment?: Record<string, string>) => clone.run('node setup.mjs', environment)

describe('an install', () => {
  it('runs once', async () => {
    expect(await setup().code).toBe(0)
    expect(await setup().code).toBe(0)
    expect(await clone.calls()).toEqual(['npm ci'])
  })

  it.each([
    ['Node', () => clone.write('node-of-the-machine-version', 'v20.21.0\n')],
    ['package-lock.json', () => clone.write('package-lock.json', '{}')],
  ])('runs again for another %s', async (_, change) => {
    await setup().code
    await change()
    await setup().code
    expect(await clone.calls()).toEqual(['npm ci', 'npm ci'])
  })

  it('does not run again because npm scripts use the Node of the dependencies', async () => {
    await setup().code
    const own = join(clone.folder, 'node_modules/.bin')
    await clone.write('node_modules/.bin/node', `#!/bin/sh\nexec "${process.execPath}" "$@"\n`)
    const PATH = [own, join(clone.folder, 'bin'), '/usr/bin', '/bin'].join(delimiter)
    expect(await setup({ PATH }).code).toBe(0)
    expect(await clone.calls()).toEqual(['npm ci'])
  })

  it('by hand with `npm ci`, which calls postinstall, counts if complete', async () => {
    await mkdir(join(clone.folder, 'node_modules'))
    await clone.run(manifest.scripts.postinstall).code
    expect(await clone.read('node_modules/.installed-from')).toBe('')
    await mkdir(join(clone.folder, 'node_modules/vite'))
    await clone.run(manifest.scripts.postinstall, { npm_config_omit: 'optional' }).code
    expect(await clone.read('node_modules/.installed-from')).toBe('')
    await clone.run(manifest.scripts.postinstall).code
    await setup().code
    expect(await clone.calls()).toEqual([])
  })

  it('that fails reports it, and runs again', async () => {
    await clone.write('bin/npm', '#!/bin/sh\necho npm ci >> calls\nexit 1\n')
    const { code, stderr } = setup()
    expect(await code).toBe(1)
    expect(await stderr).toMatch(/could not be installed: `npm ci` failed/)
    await setup().code
    expect(await clone.calls()).toEqual(['npm ci', 'npm ci'])
  })

  it('runs no script of a dependency, and leaves out none of them, whatever the settings of npm are', async () => {
    await setup().code
    expect((await clone.read('arguments')).split(' ')).toEqual(
      expect.arrayContaining(['--ignore-scripts', '--include=dev', '--include=optional']),
    )
  })

  it('hides the secrets of Sophos and AWS', async () => {
    const secrets = {
      SOPHOS_CLIENT_ID: 'hidden-1',
      SOPHOS_CLIENT_SECRET: 'hidden-2',
      AWS_ACCESS_KEY_ID: 'hidden-3',
      AWS_SECRET_ACCESS_KEY: 'hidden-4',
      AWS_SESSION_TOKEN: 'hidden-5',
      AWS_PROFILE: 'hidden-6',
      aws_secret_access_key: 'hidden-7',
    }
    await setup({ ...secrets, HTTPS_PROXY: 'http://proxy' }).code
    const environment = await clone.read('environment')
    expect(environment).toContain('HTTPS_PROXY=http://proxy')
    expect(environment).not.toMatch(/hidden|SOPHOS|AWS/i)
  })
})

describe('on a machine with an old Node', () => {
  const versions = "Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })"
  const onOldNode = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(versions)}` }

  it('the Node of the dependencies is enough', async () => {
    const { code, stderr } = setup(onOldNode)
    expect(await code).toBe(0)
    expect(await stderr).not.toContain('too old')
  })

  it('that has none of the dependencies, each script says what is needed, and installs once', async () => {
    await clone.delete('bin/own-node')
    for (const _ of ['first', 'second']) {
      const { code, stderr } = setup(onOldNode)
      expect(await code).toBe(1)
      expect(await stderr).toContain(
        `Node.js v20.20.2 is too old: the scripts need ${manifest.engines.node}.`,
      )
    }
    expect(await clone.calls()).toEqual(['npm ci'])
  })
})

describe('two installs at once', () => {
  it('wait for each other, and the second has nothing to do', async () => {
    await clone.write('hold', '')
    const first = setup()
    await until(async () => (await clone.calls()).length === 1)
    const second = setup()
    await once(second.child.stderr, 'data')
    await clone.delete('hold')
    expect(await Promise.all([first.code, second.code])).toEqual([0, 0])
    expect(await second.stderr).toBe('Waiting for another install in this folder to end ...\n')
    expect(await clone.calls()).toEqual(['npm ci'])
  })

  it('continue if one of them is killed', async () => {
    await clone.write('hold', '')
    const first = setup()
    await until(async () => (await clone.calls()).length === 1)
    const second = setup()
    await once(second.child.stderr, 'data')
    await clone.delete('hold')
    // Negative: the whole process group, as if the terminal was closed.
    process.kill(-(first.child.pid ?? Number.NaN), 'SIGKILL')
    expect(await second.code).toBe(0)
    expect(await second.stderr).toMatch(/Waiting.*\nInstalling/)
    expect(await clone.calls()).toEqual(['npm ci', 'npm ci'])
  })
})

describe('on a fresh clone', () => {
  const needNothing = ['setup', 'postinstall', 'cdk-app']
  const isPre = (name: string) => name.startsWith('pre') && name.slice(3) in manifest.scripts
  const names = Object.keys(manifest.scripts).filter(name => !needNothing.includes(name) && !isPre(name))

  it.each(names)('`npm run %s` installs first, and runs on the Node of the dependencies', async name => {
    expect(await clone.run(`npm run --silent ${name}`).code).toBe(0)
    const [first, ...next] = await clone.calls()
    expect(first).toBe('npm ci')
    expect(next.length).toBeGreaterThan(0)
    expect(next.filter(call => /npm ci|node-of-the-machine/.test(call))).toEqual([])
  })
})

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise(setImmediate)
}
