import type { Writable } from 'node:stream'
import { forTerminal } from '../lambda/text/exits.ts'

/** Writes text for people. Whatever others said in it, it commands no terminal. */
export function print(text: string, stream: Writable = process.stdout): void {
  stream.write(forTerminal(text))
}

/** Writes the message of an error for people, on its own line. */
export const printError = (error: unknown): void =>
  print(`${error instanceof Error ? error.message : error}\n`, process.stderr)
