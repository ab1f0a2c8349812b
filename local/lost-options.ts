import type { Environment } from '../lambda/settings/variable.ts'

export type OwnOptions = {
  /** The command line before the options, such as `npm start`. */
  readonly command: string
  readonly options: Readonly<Record<string, { readonly type: 'boolean' | 'string' }>>
  /** Words without dashes, such as `list`. */
  readonly words?: readonly string[]
}

/**
 * Throws an error with the line to type if npm took options of the command for itself, because `--` is missing or
 * PowerShell dropped it. npm puts such options into the environment of the script, and the command would run without
 * them.
 */
export function refuseLostOptions(
  own: OwnOptions,
  args: readonly string[],
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): void {
  // npm ran another script, which runs this command.
  if (environment.npm_lifecycle_event !== own.command.split(' ').at(-1)) return
  const words = args.length > 0 && own.words?.includes(args[0] ?? '') ? [] : (own.words ?? [])
  const lostWords = words.filter(word => isWordTaken(word, environment))
  const lostOptions = Object.keys(own.options).filter(name => isOptionTaken(name, args, environment))
  const lost = [...lostWords, ...lostOptions]
  if (lost.length === 0) return
  const line = [...lostWords, ...withValues(lostOptions, own, args, environment)].map(quoted).join(' ')
  // Older PowerShell drops `--` on the way to npm, but not on the way to npm.cmd.
  const command = platform === 'win32' ? own.command.replace('npm', 'npm.cmd') : own.command
  throw new Error(
    `npm took ${lost.map(name => `--${name}`).join(', ')} for itself. Type: ${command} -- ${line}`,
  )
}

const taken = (name: string, environment: Environment) =>
  environment[`npm_config_${name.replaceAll('-', '_')}`]

function isOptionTaken(name: string, args: readonly string[], environment: Environment): boolean {
  // `all` is also an npm setting, perhaps from .npmrc. If the command got options of its own, it was typed correctly.
  if (name === 'all' && args.some(arg => arg.startsWith('-'))) return false
  return Boolean(taken(name, environment))
}

/** npm reads `--add` as its own `-a -d -d`. */
const isWordTaken = (word: string, environment: Environment): boolean =>
  word === 'add'
    ? environment.npm_config_all === 'true' && environment.npm_config_loglevel === 'info'
    : Boolean(taken(word, environment))

/**
 * Returns the arguments with the lost options. npm passes on `9000` of `--port 9000` as a separate word. With more than
 * one such word, it is unknown which belongs to which option.
 */
function withValues(
  lost: readonly string[],
  { options }: OwnOptions,
  args: readonly string[],
  environment: Environment,
): string[] {
  const parted = lost.filter(name => options[name]?.type === 'string' && taken(name, environment) === 'true')
  const isClear = parted.length === 1 && args.length > 0 && !args.some(arg => arg.startsWith('-'))
  const kept = args.slice(0, Math.max(0, args.length - parted.length))
  const named = lost.flatMap(name => {
    if (options[name]?.type === 'boolean') return [`--${name}`]
    if (!parted.includes(name)) return [`--${name}`, taken(name, environment) ?? '']
    return [`--${name}`, isClear ? (args.at(-1) ?? '') : name.toUpperCase()]
  })
  return [...kept, ...named]
}

const quoted = (text: string): string => (/^[\w@%+=:,./\\-]+$/.test(text) ? text : JSON.stringify(text))
