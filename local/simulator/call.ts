import type { IncomingHttpHeaders } from 'node:http'
import { type Answer, badRequest, Refusal } from './answers.ts'
import type { Fault } from './faults.ts'

/** One request with its complete body. */
export type Call = {
  readonly method: string
  /** The path on the simulated host, without `/region/<region>`. */
  readonly path: string
  /** The region of the simulated host, `undefined` for the global host. */
  readonly region: string | undefined
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Time of arrival, ms. */
  readonly now: number
  readonly faults: readonly Fault[]
}

export function ok(json: unknown, status = 200): Answer {
  return { status, json }
}

/** Refuses the call as a bad request. The real service may be more lenient, but a client must not rely on that. */
export function refuse(call: Call, message: string): never {
  throw new Refusal(badRequest(message, call.now))
}

/** Refuses unknown query parameters, and repeated ones except `lists`. */
export function onlyParameters(call: Call, single: readonly string[], lists: readonly string[] = []): void {
  for (const name of call.query.keys()) {
    if (lists.includes(name)) continue
    if (!single.includes(name)) refuse(call, `The parameter "${name}" is unknown.`)
    if (call.query.getAll(name).length > 1) refuse(call, `The parameter "${name}" is given more than once.`)
  }
}

/** Returns a whole number within bounds, or the default without the parameter. */
export function wholeNumber(call: Call, name: string, standard: number, least: number, most: number): number {
  const text = call.query.get(name)
  if (text === null) return standard
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most))
    refuse(call, `"${name}" must be a whole number from ${least} to ${most}.`)
  return value
}

export function flag(call: Call, name: string): boolean {
  return choice(call, name, ['true', 'false']) === 'true'
}

/** Returns one of the allowed values, or `undefined` without the parameter. */
export function choice<T extends string>(call: Call, name: string, allowed: readonly T[]): T | undefined {
  const text = call.query.get(name)
  const found = allowed.find(value => value === text)
  if (text !== null && found === undefined) refuse(call, `"${name}" must be one of: ${allowed.join(', ')}.`)
  return found
}

/** Returns a list from repeated parameters, commas, or both. */
export function list(call: Call, name: string): string[] | undefined {
  const values = call.query.getAll(name).flatMap(value => value.split(','))
  return values.length === 0 ? undefined : values
}

/** Parses a time in ISO 8601 with time zone. Returns ms, or `undefined` without a text. */
export function instant(call: Call, name: string, text: string | null | undefined): number | undefined {
  if (text === null || text === undefined) return undefined
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/
  const time = shape.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) refuse(call, `"${name}" must be a time such as 2026-01-31T08:00:00.000Z.`)
  return time
}

/** Returns the rows of the requested page, and the totals for `pages`. */
export function page<T>(rows: readonly T[], current: number, size: number) {
  return {
    rows: rows.slice((current - 1) * size, current * size),
    total: { total: Math.ceil(rows.length / size), items: rows.length },
  }
}
