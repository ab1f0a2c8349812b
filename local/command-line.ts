import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type Environment, variable } from '../lambda/settings/variable.ts'
import { type OwnOptions, refuseLostOptions } from './lost-options.ts'

/**
 * Returns the environment of this process. Variables without a value are taken out of it, for those who read it by
 * themselves, such as the AWS SDK: to that, an empty AWS_REGION is a region.
 */
export function ownEnvironment(): Environment {
  for (const name of Object.keys(process.env))
    if (variable(process.env, name) === undefined) delete process.env[name]
  // As the AWS command line reads them; the SDK knows the first one only.
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env
  if (!AWS_REGION && AWS_DEFAULT_REGION) process.env.AWS_REGION = AWS_DEFAULT_REGION
  return process.env
}

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
