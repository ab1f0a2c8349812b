import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The absolute path of `dist/<part>`, wherever the command was started.
 * @throws Error when `proof`, a file that a whole build leaves there, is missing.
 */
export function buildOutput(part: 'lambda' | 'site', proof: string): string {
  const directory = fileURLToPath(new URL(`../dist/${part}`, import.meta.url))
  if (!existsSync(`${directory}/${proof}`)) {
    throw new Error(`dist/${part}/${proof} is missing: there is nothing to deploy yet. Run: npm run build`)
  }
  return directory
}
