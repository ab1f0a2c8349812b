/** One line of structured JSON for each fact: the part of the Powertools logger that this product uses. */
export type Log = {
  debug(fact: string, details: Record<string, unknown>): void
  info(fact: string, details: Record<string, unknown>): void
  warn(fact: string, details: Record<string, unknown>): void
  error(fact: string, details: Record<string, unknown>): void
}
