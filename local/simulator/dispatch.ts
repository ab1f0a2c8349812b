import {
  type Answer,
  gatewayTimeout,
  notFound,
  Refusal,
  standardError,
  unauthorizedOnFusion,
} from './answers.ts'
import type { Call } from './call.ts'
import { type Central, checkToken, hasGoodToken } from './central.ts'
import { distort } from './distort.ts'
import type { Route } from './route.ts'
import { isRegion } from './tenants.ts'

/** The route of a request, and the id in its path. */
export type Found = { readonly route: Route; readonly id: string }

export function findRoute(routes: readonly Route[], method: string, path: string): Found | undefined {
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replace(':id', '([^/]+)')}$`)
    const match = method === route.method ? pattern.exec(path) : null
    if (match !== null) return { route, id: match[1] ?? '' }
  }
  return undefined
}

/** Returns the simulated host of a request, and the path there. An unknown region is a host that does not exist. */
export function findHost(
  pathname: string,
  apiHosts: Central['apiHosts'],
): { region: string | undefined; path: string } {
  const [, region, path] = /^\/region\/([^/]+)(\/.*)$/.exec(pathname) ?? []
  return region !== undefined && path !== undefined && isRegion(region) && apiHosts === 'regions'
    ? { region, path }
    : { region: undefined, path: pathname }
}

/** Returns the answer to an admitted call, with all faults that change answers. */
export function answerTo(call: Call, central: Central, found: Found | undefined): Answer {
  for (const fault of call.faults) {
    if (fault.kind === 'status') return plannedAnswer(fault.status, fault.body, fault.headers)
    if (fault.kind === 'garbage') return garbage(fault.as)
  }
  const answer = normalAnswer(call, central, found)
  return 'json' in answer && answer.status < 300
    ? { ...answer, json: distort(answer.json, call.faults) }
    : answer
}

function normalAnswer(call: Call, central: Central, found: Found | undefined): Answer {
  try {
    if (found === undefined) return notFound('There is nothing at this address.', call.now)
    const { route, id } = found
    // The partner and organization APIs answer on the global host only; regional hosts time out.
    if ((route.on === 'global' || route.on === 'fusion') && call.region !== undefined) return gatewayTimeout()
    if (route.on === 'id' && call.region !== undefined)
      return notFound('There is nothing at this address.', call.now)
    if (route.on === 'fusion' && !hasGoodToken(central, call)) return unauthorizedOnFusion()
    if (route.on !== 'id') checkToken(central, call)
    return route.answer(call, central, id)
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}

function plannedAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  if (body === undefined) return { status, headers, text: '', contentType: 'text/plain' }
  if (typeof body === 'string') return { status, headers, text: body, contentType: 'text/html' }
  return { status, headers, json: body }
}

function garbage(as: 'html' | 'json'): Answer {
  return as === 'html'
    ? {
        status: 200,
        text: '<!doctype html><title>Maintenance</title><p>Back soon.',
        contentType: 'text/html',
      }
    : { status: 200, text: '{"items":[{"id":"0b', contentType: 'application/json' }
}

/** Returns the answer to a call over the limits. `waitMs` later it would have been admitted. */
export function tooMany(retryAfter: 'off' | 'seconds' | 'date', now: number, waitMs: number): Answer {
  const answer = standardError(429, 'tooManyRequests', 'The rate limit is exceeded.', now)
  if (retryAfter === 'off') return answer
  // Rounded up, so that a call at the given time is admitted.
  const seconds = Math.ceil(waitMs / 1000)
  const date = new Date(Math.ceil((now + waitMs) / 1000) * 1000).toUTCString()
  return { ...answer, headers: { 'Retry-After': retryAfter === 'seconds' ? `${seconds}` : date } }
}
