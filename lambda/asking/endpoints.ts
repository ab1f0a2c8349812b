import type { Clock } from '../clock.ts'
import { RefusedError, UnreachableError } from '../sophos/errors.ts'
import { isPassing, isThrottled } from '../sophos/retry.ts'
import type { Guard } from '../sophos/sender.ts'
import {
  afterFailure,
  afterSending,
  type Breaker,
  type Breakers,
  isOpen,
  maySend,
  recalledBreakers,
} from './breaker.ts'
import { OutOfOrderError } from './endpoint-down.ts'

/** The two ways to a tenant's figures at its host. */
const atHost = ['counts', 'query'] as const
/** Sophos Fusion is one endpoint for all tenants, at a host of its own. */
type Endpoint = (typeof atHost)[number] | 'fusion'

/** Two tries: the other way is there, or the next run. The query way is the last one, so it has the usual four. */
const tries: Readonly<Record<Endpoint, number>> = { counts: 2, query: 4, fusion: 2 }

/** What an endpoint that is out of order no longer does. */
const silence: Readonly<Record<Endpoint, string>> = {
  counts: 'has given no counts',
  query: 'has answered no query',
  fusion: 'has answered nothing of use',
}

/** An endpoint went out of order, or is in order again; for the log. */
export type GuardChange = {
  readonly text: 'endpoint out of order' | 'endpoint in order again'
  readonly host: string
  readonly endpoint: Endpoint
  readonly since: string
}

interface EndpointGuard extends Guard {
  refusal(): OutOfOrderError | undefined
}

/** The breakers of one run: one for each endpoint of each host. */
export type Guards = {
  /** `place` is what people call the host. */
  of(host: string, endpoint: Endpoint, place: string): EndpointGuard
  /** Whether the endpoint is out of order, a probe being due or not. */
  isOut(host: string, endpoint: Endpoint): boolean
  /** When the host may be asked for figures again, by either way: milliseconds since the epoch, or 0 for now. */
  askedAgainAt(host: string): number
  /** For the next run. */
  remembered(): Breakers
}

export function openGuards(options: {
  breakers: Breakers
  clock: Clock
  onChange: (change: GuardChange) => void
}): Guards {
  const { clock } = options
  const breakers = new Map(Object.entries(recalledBreakers(options.breakers, clock.now())))
  const find = (host: string, endpoint: Endpoint) => breakers.get(keyOf(host, endpoint))

  function fail(host: string, endpoint: Endpoint): void {
    const before = find(host, endpoint)
    const after = afterFailure(before, clock.now())
    breakers.set(keyOf(host, endpoint), after)
    if (!isOpen(before) && isOpen(after)) tell('endpoint out of order', host, endpoint, after)
  }

  function succeed(host: string, endpoint: Endpoint): void {
    const before = find(host, endpoint)
    breakers.delete(keyOf(host, endpoint))
    if (before && isOpen(before)) tell('endpoint in order again', host, endpoint, before)
  }

  function tell(text: GuardChange['text'], host: string, endpoint: Endpoint, { since }: Breaker): void {
    options.onChange({ text, host, endpoint, since: new Date(since).toISOString() })
  }

  function of(host: string, endpoint: Endpoint, place: string): EndpointGuard {
    const refusal = () => {
      const breaker = find(host, endpoint)
      if (!breaker || maySend(breaker, clock.now())) return undefined
      const { since, probeAt = since } = breaker
      return new OutOfOrderError(`${place} ${silence[endpoint]}`, { since, askedAgainAt: probeAt })
    }
    return {
      tries: tries[endpoint],
      refusal,
      claim() {
        const refused = refusal()
        if (refused) throw refused
        const sent = afterSending(find(host, endpoint), clock.now())
        if (sent) breakers.set(keyOf(host, endpoint), sent)
      },
      record(error) {
        // The limit is everybody's; it says nothing about this endpoint.
        if (isThrottled(error)) return
        if (!isFailure(error, endpoint)) succeed(host, endpoint)
        else fail(host, endpoint)
        // Where no answer came at all the host may be gone; an open breaker has probes of its own to see.
        if (error instanceof UnreachableError && endpoint !== 'fusion') {
          for (const other of atHost) if (other !== endpoint && !isOpen(find(host, other))) fail(host, other)
        }
      },
    }
  }

  return {
    of,
    isOut: (host, endpoint) => isOpen(find(host, endpoint)),
    askedAgainAt: host => {
      const counts = find(host, 'counts')?.probeAt ?? 0
      return Math.min(counts, find(host, 'query')?.probeAt ?? counts)
    },
    remembered: () => recalledBreakers(Object.fromEntries(breakers), clock.now()),
  }
}

const keyOf = (host: string, endpoint: Endpoint): string => `${endpoint} of ${host}`

const isFailure = (error: unknown, endpoint: Endpoint): boolean =>
  isPassing(error) ||
  (error instanceof RefusedError && (error.status >= 500 || (endpoint === 'fusion' && isOfAll(error.status))))

/** Fusion has one document and one credential for all: where these do not fit, it is so for every tenant. */
const isOfAll = (status: number): boolean => status === 400 || status === 401 || status === 404
