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

/** An endpoint went down, or is up again; for the log. */
export type EndpointChange = {
  readonly text: 'endpoint down' | 'endpoint up again'
  readonly host: string
  readonly endpoint: string
  readonly since: string
}

interface EndpointGuard extends Guard {
  refusal(): EndpointDownError | undefined
}

/** The breakers of one run: one for each endpoint of each host. */
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

/** `sharingHosts` are the endpoints that a host has all together: where one gets no answer, the others may get none. */
export function openEndpoints(options: {
  breakers: Breakers
  sharingHosts: readonly Endpoint[]
  clock: Clock
  onChange: (change: EndpointChange) => void
}): Endpoints {
  const { clock, sharingHosts } = options
  const breakers = new Map(Object.entries(restoredBreakers(options.breakers, clock.now())))
  const find = (host: string, endpoint: Endpoint) => breakers.get(keyOf(host, endpoint))

  function fail(host: string, endpoint: Endpoint): void {
    const before = find(host, endpoint)
    const after = afterFailure(before, clock.now())
    breakers.set(keyOf(host, endpoint), after)
    if (!isOpen(before) && isOpen(after)) report('endpoint down', host, endpoint, after)
  }

  function succeed(host: string, endpoint: Endpoint): void {
    const before = find(host, endpoint)
    breakers.delete(keyOf(host, endpoint))
    if (before && isOpen(before)) report('endpoint up again', host, endpoint, before)
  }

  function report(text: EndpointChange['text'], host: string, { name }: Endpoint, { since }: Breaker): void {
    options.onChange({ text, host, endpoint: name, since: new Date(since).toISOString() })
  }

  function guard(host: string, endpoint: Endpoint, place: string): EndpointGuard {
    const refusal = () => {
      const breaker = find(host, endpoint)
      if (!breaker || maySend(breaker, clock.now())) return undefined
      const { since, probeAt = since } = breaker
      return new EndpointDownError(`${place} ${endpoint.silence}`, { since, askedAgainAt: probeAt })
    }
    return {
      tries: endpoint.tries,
      refusal,
      claim() {
        const refused = refusal()
        if (refused) throw refused
        const sent = afterSending(find(host, endpoint), clock.now())
        if (sent) breakers.set(keyOf(host, endpoint), sent)
      },
      record(error) {
        // The limit is for all calls; it says nothing about this endpoint.
        if (isThrottled(error)) return
        if (isFailure(error, endpoint)) fail(host, endpoint)
        else succeed(host, endpoint)
        // Without any answer the host may be gone; an open breaker has probes of its own to see.
        if (error instanceof UnreachableError && sharingHosts.includes(endpoint)) {
          for (const other of sharingHosts)
            if (other !== endpoint && !isOpen(find(host, other))) fail(host, other)
        }
      },
    }
  }

  return {
    guard,
    isDown: (host, endpoint) => isOpen(find(host, endpoint)),
    probeAt: (host, endpoint) => find(host, endpoint)?.probeAt,
    remembered: () => restoredBreakers(Object.fromEntries(breakers), clock.now()),
  }
}

const keyOf = (host: string, { name }: Endpoint): string => `${name} of ${host}`

const isFailure = (error: unknown, { refusesAll = [] }: Endpoint): boolean =>
  isPassing(error) ||
  (error instanceof RefusedError && (error.status >= 500 || refusesAll.includes(error.status)))
