import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseOptions as credentials } from '../../local/credentials/options.ts'
import { parseOptions as doctor } from '../../local/doctor/options.ts'
import { refuseLostOptions } from '../../local/lost-options.ts'
import { parseOptions as start } from '../../local/options.ts'
import { parseOptions as users } from '../../local/users/options.ts'

const commands = { start, credentials, doctor, users }

/** How npm 11 treats a line without `--`: the words that it passes on, and the environment that it sets. */
const lines: [keyof typeof commands, string, string, Record<string, string>, string][] = [
  ['start', '--once', '', { once: 'true' }, 'npm start -- --once'],
  ['start', '--port=9000', '', { port: '9000' }, 'npm start -- --port 9000'],
  ['start', '--once --port 9000', '9000', { once: 'true', port: 'true' }, 'npm start -- --once --port 9000'],
  [
    'start',
    '--once --export out --tenants 3',
    'out 3',
    { once: 'true', export: 'true', tenants: 'true' },
    'npm start -- --once --export EXPORT --tenants TENANTS',
  ],
  [
    'start',
    '--once --export="my files"',
    '',
    { once: 'true', export: 'my files' },
    'npm start -- --once --export "my files"',
  ],
  ['start', '--once -- --port 9000', '--port 9000', { once: 'true' }, 'npm start -- --port 9000 --once'],
  ['credentials', '--print', '', { print: 'true' }, 'npm run credentials -- --print'],
  ['doctor', '--all', '', { all: 'true' }, 'npm run doctor -- --all'],
  [
    'doctor',
    '--sample 5 --fusion',
    '5',
    { sample: 'true', fusion: 'true' },
    'npm run doctor -- --sample 5 --fusion',
  ],
  ['users', '--add maria', 'maria', { all: 'true', loglevel: 'info' }, 'npm run users -- add maria'],
  ['users', '--list', '', { list: 'true' }, 'npm run users -- list'],
  [
    'users',
    'add maria --ask-password',
    'add maria',
    { ask_password: 'true' },
    'npm run users -- add maria --ask-password',
  ],
  [
    'users',
    'list --region eu-west-1',
    'list eu-west-1',
    { region: 'true' },
    'npm run users -- list --region eu-west-1',
  ],
]
const words = (text: string) => text.split(' ').filter(Boolean)
const taken = (script: string, config: Record<string, string>) => ({
  npm_lifecycle_event: script,
  ...Object.fromEntries(Object.entries(config).map(([name, value]) => [`npm_config_${name}`, value])),
})

describe('options that npm took for itself', () => {
  it.each(lines)('npm run %s %s is refused with the line to type', (script, _, passed, config, line) => {
    const parse = () => commands[script](words(passed), taken(script, config))
    expect(parse).toThrow(/^npm took --.* for itself\. Type: /)
    expect(parse).toThrow(new RegExp(`Type: ${line}$`))
  })

  it.each(lines.filter(([, , , , line]) => !line.includes('EXPORT') && !line.includes('"')))(
    'npm run %s %s: the line to type is accepted, and npm takes nothing of it',
    (script, _, __, ___, line) => {
      const [, typed = ''] = line.split(' -- ')
      expect(() => commands[script](words(typed), taken(script, {}))).not.toThrow()
    },
  )

  it('stop `npm start --once` before it builds or starts, with the npm of this machine', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lost-options-'))
    const script = fileURLToPath(new URL('../../local/start.ts', import.meta.url))
    const start = `"${process.execPath}" "${script}"`
    await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }))
    const { promise, resolve } = Promise.withResolvers<{ failed: boolean; stderr: string; table: string }>()
    execFile('npm', ['start', '--silent', '--once'], { cwd: folder }, (error, table, stderr) =>
      resolve({ failed: error !== null, stderr, table }),
    )
    // npm 12 refuses unknown options.
    expect(await promise).toEqual({
      failed: true,
      stderr: expect.stringMatching(
        /^npm took --once for itself\. Type: npm(\.cmd)? start -- --once\n$|Unknown cli config/,
      ),
      table: '',
    })
    await rm(folder, { recursive: true })
  })

  it('belong after npm.cmd on Windows, as PowerShell passes `--` on to it', () => {
    const own = { command: 'npm run doctor', options: { fusion: { type: 'boolean' } } } as const
    const refuse = () => refuseLostOptions(own, [], taken('doctor', { fusion: 'true' }), 'win32')
    expect(refuse).toThrow('Type: npm.cmd run doctor -- --fusion')
  })
})

describe('nothing is refused', () => {
  it.each([
    ['for settings of npm itself', 'start', '--once', { yes: '', loglevel: 'error', audit: '' }],
    ['for "all" in .npmrc, if the command has options', 'doctor', '--sample 3', { all: 'true' }],
    ['for "all" in .npmrc of users', 'users', 'list', { all: 'true', loglevel: 'info' }],
    ['for an option that was denied', 'start', '', { once: '' }],
  ] as const)('%s', (_, script, args, config) => {
    expect(() => commands[script](words(args), taken(script, config))).not.toThrow()
  })

  it('for options of another script that runs the command', () => {
    expect(start([], taken('test', { once: 'true' })).once).toBe(false)
  })
})

describe('a wrong option', () => {
  it.each(Object.entries(commands))('of %s is an error that names --help', (script, parse) => {
    const command = script === 'start' ? 'npm start' : `npm run ${script}`
    expect(() => parse(['--nothing'])).toThrow(
      new RegExp(`'--nothing'.* All options: ${command} -- --help$`, 's'),
    )
  })
})
