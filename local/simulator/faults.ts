import type { RunResult } from './runs.ts'

/** What goes wrong. */
export type FaultKind =
  /** The given status instead of an answer; without `body`, an empty one. A text goes out as HTML, all else as JSON. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  /** The answer comes this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is torn down without an answer. */
  | { readonly kind: 'reset' }
  /** The connection stays open and nothing comes. */
  | { readonly kind: 'hang' }
  /** 200, with a web page or with JSON that breaks off. */
  | { readonly kind: 'garbage'; readonly as: 'html' | 'json' }
  /** Every token issued so far expires just before the request is looked at. */
  | { readonly kind: 'expireTokens' }
  /** Buckets come without `countBySeverity`. */
  | { readonly kind: 'noSeverities' }
  /** `pages` comes without `total` and `items`, asked for or not. */
  | { readonly kind: 'noPageTotal' }
  /** Listed tenants get this address; the fault's `tenantId` chooses one of them. */
  | { readonly kind: 'foreignApiHost'; readonly apiHost: string }
  /** Listed tenants get names that break careless software; the fault's `tenantId` chooses one of them. */
  | { readonly kind: 'hostileNames' }
  | {
      /** One field of a good GraphQL answer, by its name in the answer, goes wrong. */
      readonly kind: 'fusionField'
      readonly field: string
      readonly as:
        | 'error'
        | 'null'
        | 'INVALID_REQUEST'
        | 'TRANSACTION_ERROR'
        | 'noStatus'
        | 'noAlerts'
        | 'noTotal'
        | 'noTotalNoList'
        | 'negative'
    }
  /** Counts by tenant are too high by so many, in one field or all; the fault's `tenantId` chooses one of the tenants. */
  | { readonly kind: 'miscount'; readonly by: number; readonly field?: string }
  /** A run that is started will end in this way. */
  | { readonly kind: 'runResult'; readonly result: Exclude<RunResult, 'notAvailable'> }

/** Which requests a fault meets: those that fit all of what is given. */
export type Fault = FaultKind & {
  /** The name of a route. */
  readonly endpoint?: string
  readonly tenantId?: string
  readonly region?: string
  /** Only this operation of a GraphQL endpoint. */
  readonly operation?: string
  /** Only every n-th of the requests that fit: the n-th, the 2n-th, and so on. */
  readonly every?: number
  /** The fault is over after this many. Default: it stays. */
  readonly times?: number
}

/** A request as far as faults look at it. */
export type FaultTarget = {
  /** The name of the route, or "unknown". */
  readonly endpoint: string
  readonly tenantId: string | undefined
  readonly region: string | undefined
  /** The name of a GraphQL document's operation. */
  readonly operation: string | undefined
}

/** The name of the operation in the body of a GraphQL request, as far as there is one. */
export const operationIn = (body: string): string | undefined =>
  /"query"\s*:\s*"\s*query\s+(\w+)/.exec(body)?.[1]

/** Faults that tests ask for, in the order in which they were added. */
export function makeFaults(routes: readonly { readonly name: string }[]) {
  const active = new Map<Fault, { seen: number; struck: number }>()
  return {
    /** From now on, requests that fit meet this fault. Answers a function that takes it away again. */
    add(fault: Fault): () => void {
      // A fault that can never strike would make a test pass for nothing.
      if (fault.endpoint !== undefined && !routes.some(({ name }) => name === fault.endpoint))
        throw new Error(`The simulator has no route "${fault.endpoint}", so this fault would never strike.`)
      const own = { ...fault }
      active.set(own, { seen: 0, struck: 0 })
      return () => {
        active.delete(own)
      }
    },
    /** The faults that strike this request. Counts it, so it is asked once for each request. */
    strike(target: FaultTarget): Fault[] {
      return [...active].flatMap(([fault, tally]) => {
        if (!fits(fault, target)) return []
        tally.seen += 1
        if (tally.seen % (fault.every ?? 1) !== 0) return []
        if (tally.struck >= (fault.times ?? Number.POSITIVE_INFINITY)) return []
        tally.struck += 1
        return [fault]
      })
    },
  }
}

function fits(fault: Fault, target: FaultTarget): boolean {
  // In a listing the tenant of these two is one of the rows, not the one that is asked about.
  const aboutRows = ['foreignApiHost', 'hostileNames', 'miscount'].includes(fault.kind)
  if (fault.endpoint !== undefined && fault.endpoint !== target.endpoint) return false
  if (fault.operation !== undefined && fault.operation !== target.operation) return false
  if (fault.region !== undefined && fault.region !== target.region) return false
  return aboutRows || fault.tenantId === undefined || fault.tenantId === target.tenantId
}
