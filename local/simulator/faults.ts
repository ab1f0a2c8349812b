import type { RunResult } from './runs.ts'

export type FaultKind =
  /**
   * This status instead of an answer. A text as `body` is sent as HTML, anything else as JSON; no `body` means empty.
   */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  /** The answer is this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is reset without an answer. */
  | { readonly kind: 'reset' }
  /** The connection stays open without an answer. */
  | { readonly kind: 'hang' }
  /** 200 with a web page or incomplete JSON. */
  | { readonly kind: 'garbage'; readonly as: 'html' | 'json' }
  /** All tokens issued so far expire just before the request. */
  | { readonly kind: 'expireTokens' }
  /** Buckets have no `countBySeverity`. */
  | { readonly kind: 'noSeverities' }
  /** `pages` never has `total` and `items`. */
  | { readonly kind: 'noPageTotal' }
  /** Listed tenants have this address; the fault's `tenantId` limits it to one of them. */
  | { readonly kind: 'foreignApiHost'; readonly apiHost: string }
  /** Listed tenants have names that break careless software; the fault's `tenantId` limits it to one of them. */
  | { readonly kind: 'hostileNames' }
  | {
      /** One field of a good GraphQL answer is wrong. `field`: its name in the answer. */
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
  /**
   * Counts by tenant are too high by this number, in one field or all; the fault's `tenantId` limits it to one tenant.
   */
  | { readonly kind: 'miscount'; readonly by: number; readonly field?: string }
  /** New runs end with this result. */
  | { readonly kind: 'runResult'; readonly result: Exclude<RunResult, 'notAvailable'> }

/** A fault, and the requests that it affects: those that match all of these fields. */
export type Fault = FaultKind & {
  /** The name of a route. */
  readonly endpoint?: string
  readonly tenantId?: string
  readonly region?: string
  /** Only this GraphQL operation. */
  readonly operation?: string
  /** Only every n-th of the matching requests: the n-th, the 2n-th, and so on. */
  readonly every?: number
  /** Number of affected requests after which the fault ends. Default: never. */
  readonly times?: number
}

/** The fields of a request that faults match. */
export type FaultTarget = {
  /** The name of the route, or "unknown". */
  readonly endpoint: string
  readonly tenantId: string | undefined
  readonly region: string | undefined
  /** The name of a GraphQL document's operation. */
  readonly operation: string | undefined
}

/** Returns the operation's name in the body of a GraphQL request, if any. */
export const operationIn = (body: string): string | undefined =>
  /"query"\s*:\s*"\s*query\s+(\w+)/.exec(body)?.[1]

/** The faults of tests, in the order of their addition. */
export function makeFaults(routes: readonly { readonly name: string }[]) {
  const active = new Map<Fault, { seen: number; struck: number }>()
  return {
    /** Adds a fault. Returns a function that removes it. */
    add(fault: Fault): () => void {
      // A fault without effect would make a test pass for the wrong reason.
      if (fault.endpoint !== undefined && !routes.some(({ name }) => name === fault.endpoint))
        throw new Error(`The simulator has no route "${fault.endpoint}", so this fault would have no effect.`)
      const own = { ...fault }
      active.set(own, { seen: 0, struck: 0 })
      return () => {
        active.delete(own)
      }
    },
    /** Returns the faults for this request. Counts the request, so call it once for each. */
    strike(target: FaultTarget): Fault[] {
      return [...active].flatMap(([fault, tally]) => {
        if (!matches(fault, target)) return []
        tally.seen += 1
        if (tally.seen % (fault.every ?? 1) !== 0) return []
        if (tally.struck >= (fault.times ?? Number.POSITIVE_INFINITY)) return []
        tally.struck += 1
        return [fault]
      })
    },
  }
}

function matches(fault: Fault, target: FaultTarget): boolean {
  // Here `tenantId` is one of the rows in the answer, not the tenant of the request.
  const aboutRows = ['foreignApiHost', 'hostileNames', 'miscount'].includes(fault.kind)
  if (fault.endpoint !== undefined && fault.endpoint !== target.endpoint) return false
  if (fault.operation !== undefined && fault.operation !== target.operation) return false
  if (fault.region !== undefined && fault.region !== target.region) return false
  return aboutRows || fault.tenantId === undefined || fault.tenantId === target.tenantId
}
