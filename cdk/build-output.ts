import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Returns the absolute path of `dist/<part>`, from any working directory.
 * @throws Error if `proof`, a file that every complete build writes there, is missing.
 */
export function buildOutput(part: 'lambda' | 'site', proof: string): string {
  const directory = fileURLToPath(new URL(`../dist/${part}`, import.meta.url))
  if (!existsSync(`${directory}/${proof}`)) {
    throw new Error(`dist/${part}/${proof} is missing, so there is nothing to deploy. Run: npm run build`)
  }
  return directory
}
