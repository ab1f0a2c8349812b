/** One line a fact, as structured JSON: the part of the Powertools logger that the code uses. */
export type Log = {
  debug(fact: string, details: Record<string, unknown>): void
  info(fact: string, details: Record<string, unknown>): void
  warn(fact: string, details: Record<string, unknown>): void
  error(fact: string, details: Record<string, unknown>): void
}
