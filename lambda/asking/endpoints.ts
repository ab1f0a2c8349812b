import type { Clock } from '../clock.ts'
import {
  afterFailure,
  afterSending,
  type Breaker,
  type Breakers,
  isOpen,
  maySend,
  restoredBreakers,
} from '../pacing/breaker.ts'
import { RefusedError, UnreachableError } from '../sophos/errors.ts'
import { isPassing, isThrottled } from '../sophos/retry.ts'
import type { Guard } from '../sophos/sender.ts'
import { EndpointDownError } from './endpoint-down.ts'
import { shortReason } from './short-reason.ts'

/** One way to figures, at one host or at many. */
export type Endpoint = {
  /** As the log and the state name it. */
  readonly name: string
  /** How often a call is tried, the first time included. */
  readonly tries: number
  /** What it no longer does while it is down, to follow the name of a place: "has given no counts". */
  readonly silence: string
  /** Statuses below 500 that say that every other call would fail too. */
  readonly refusesAll?: readonly number[]
}

/**
 * Whether a host can be reached at all, by any endpoint. Any answer from any of them clears it, so a broken connection now
 * and then says nothing about an endpoint that was not even asked.
 */
const connection = { name: 'connection' }

/** An endpoint went down, or is up again; for the log. */
export type EndpointChange = {
  readonly text: 'endpoint down' | 'endpoint up again'
  readonly host: string
  readonly endpoint: string
  readonly since: string
  /** What the last call came to. */
  readonly why: string | undefined
}

interface EndpointGuard extends Guard {
  refusal(): EndpointDownError | undefined
}

/** The breakers of one run: one for each endpoint of each host, and one for each host's connection. */
export type Endpoints = {
  /** `place` is what people call the host. */
  guard(host: string, endpoint: Endpoint, place: string): EndpointGuard
  /** Whether the endpoint is down, even if a probe is due. */
  isDown(host: string, endpoint: Endpoint): boolean
  /** When the next probe of an endpoint that is down is due, milliseconds since the epoch; undefined while it is up. */
  probeAt(host: string, endpoint: Endpoint): number | undefined
  /** For the next run. */
  remembered(): Breakers
}

export function openEndpoints(options: {
  breakers: Breakers
  clock: Clock
  onChange: (change: EndpointChange) => void
}): Endpoints {
  const { clock } = options
  const breakers = new Map(Object.entries(restoredBreakers(options.breakers, clock.now())))
  const find = (host: string, endpoint: Named) => breakers.get(keyOf(host, endpoint))

  function fail(host: string, endpoint: Named, error: unknown): void {
    const before = find(host, endpoint)
    const after = { ...afterFailure(before, clock.now()), why: shortReason(error) }
    breakers.set(keyOf(host, endpoint), after)
    if (!isOpen(before) && isOpen(after)) report('endpoint down', host, endpoint, after)
  }

  function succeed(host: string, endpoint: Named): void {
    const before = find(host, endpoint)
    breakers.delete(keyOf(host, endpoint))
    if (before && isOpen(before)) report('endpoint up again', host, endpoint, before)
  }

  function report(
    text: EndpointChange['text'],
    host: string,
    { name }: Named,
    { since, why }: Breaker,
  ): void {
    options.onChange({ text, host, endpoint: name, since: new Date(since).toISOString(), why })
  }

  /** The breakers that stand before an endpoint, as far as they are open. */
  const openBefore = (host: string, endpoint: Named): Breaker[] =>
    [endpoint, connection].flatMap(one => {
      const breaker = find(host, one)
      return breaker && isOpen(breaker) ? [breaker] : []
    })

  /** When the endpoint may be asked again: when both breakers allow it. */
  function probeAt(host: string, endpoint: Named): number | undefined {
    const times = openBefore(host, endpoint).map(({ since, probeAt = since }) => probeAt)
    return times.length > 0 ? Math.max(...times) : undefined
  }

  function guard(host: string, endpoint: Endpoint, place: string): EndpointGuard {
    const refusal = () => {
      const open = openBefore(host, endpoint)
      if (open.every(breaker => maySend(breaker, clock.now()))) return undefined
      const since = Math.min(...open.map(breaker => breaker.since))
      const askedAgainAt = probeAt(host, endpoint) ?? since
      return new EndpointDownError(`${place} ${endpoint.silence}`, {
        since,
        askedAgainAt,
        // Where the host cannot be reached, that is the reason.
        why: open.at(-1)?.why,
      })
    }
    return {
      tries: endpoint.tries,
      refusal,
      claim() {
        const refused = refusal()
        if (refused) throw refused
        for (const one of [endpoint, connection]) {
          const sent = afterSending(find(host, one), clock.now())
          if (sent) breakers.set(keyOf(host, one), sent)
        }
      },
      record(error) {
        if (error instanceof UnreachableError) fail(host, connection, error)
        else succeed(host, connection)
        // The limit is for all calls; it says nothing about this endpoint.
        if (isThrottled(error)) return
        if (isFailure(error, endpoint)) fail(host, endpoint, error)
        else succeed(host, endpoint)
      },
    }
  }

  return {
    guard,
    isDown: (host, endpoint) => openBefore(host, endpoint).length > 0,
    probeAt,
    remembered: () => restoredBreakers(Object.fromEntries(breakers), clock.now()),
  }
}

type Named = Pick<Endpoint, 'name'>

const keyOf = (host: string, { name }: Named): string => `${name} of ${host}`

const isFailure = (error: unknown, { refusesAll = [] }: Endpoint): boolean =>
  isPassing(error) ||
  (error instanceof RefusedError && (error.status >= 500 || refusesAll.includes(error.status)))
