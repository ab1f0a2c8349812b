import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type OwnOptions, refuseLostOptions } from './lost-options.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Parses the arguments of a command. Returns the result of `parseArgs`. Throws an error that names what is wrong and
 * how to list all options, or the line to type if npm took options for itself.
 */
export function readCommandLine<const Config extends ParseArgsConfig & Pick<OwnOptions, 'options'>>(
  command: string,
  config: Config,
  environment: Environment,
  words: readonly string[] = [],
): ReturnType<typeof parseArgs<Config>> {
  refuseLostOptions({ command, options: config.options, words }, config.args ?? [], environment)
  try {
    return parseArgs(config)
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${what}. All options: ${command} -- --help`, { cause })
  }
}
