import * as v from 'valibot'
import { parseJson } from '../schemas.ts'
import { defaults } from './defaults.ts'

const nameOf = (text: string, longest: number, example: string): string => {
  const isName = /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(text) && text.length <= longest
  if (isName) return text
  throw new Error(`"${text}" is not a name of 1 to ${longest} letters, digits, - and _, such as "${example}"`)
}
/** The name becomes part of object keys. */
export const parseSource = (text: string): string => nameOf(text, 40, defaults.source)
/** The name of a stack can have 128 letters. */
export const parseInstallation = (text: string): string => nameOf(text, 128, defaults.installation)

const sourcesSchema = v.record(v.string(), v.pipe(v.string(), v.trim(), v.nonEmpty()))

/**
 * Reads SOPHOS_SOURCES. Each source counts the calls of its own credential only, so no two may have the same name or secret.
 * Errors do not quote the whole text: it may be credentials, put into the wrong place.
 */
export function parseSources(
  text: string,
  first: string | undefined,
  firstSecret: string | undefined,
): [source: string, secretArn: string][] {
  const parsed = v.safeParse(sourcesSchema, parseJson(text))
  if (!parsed.success) {
    throw new Error(
      'this does not name further sources and their secrets, such as {"emea": "arn:aws:secretsmanager:..."}',
    )
  }
  const sources = Object.entries(parsed.output)
  for (const [name] of sources) {
    if (parseSource(name) === first) throw new Error(`"${name}" is the name of the first source already`)
  }
  const secrets = [firstSecret, ...sources.map(([, secret]) => secret)]
  if (new Set(secrets).size < secrets.length) throw new Error('two sources have the same secret')
  return sources
}
