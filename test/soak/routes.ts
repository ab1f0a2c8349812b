import { forbidden, Refusal } from '../../local/simulator/answers.ts'
import { ok } from '../../local/simulator/call.ts'
import type { Central } from '../../local/simulator/central.ts'
import { unit } from '../../local/simulator/hash.ts'
import type { Route } from '../../local/simulator/route.ts'
import { routes } from '../../local/simulator/routes/list.ts'
import type { Estate } from './estate.ts'
import { minuteMs, type Spell } from './spell.ts'

/** One detection in ten arrives up to 90 minutes late, as users of the API report. */
export function lateBy(key: number): number {
  return unit(key, 0x1a7e) < 0.1 ? unit(key, 0x1a7f) * 90 * minuteMs : 0
}

/**
 * The simulator's routes on an estate that changes: the list has the tenants of the moment, a tenant that left answers
 * 403, detections arrive late, and the figures lag where the weather says so. `spellsAt` returns the weather.
 */
export function soakRoutes(estate: Estate, spellsAt: (now: number) => readonly Spell[]): Route[] {
  return routes.map(route => {
    if (route.name === 'partnerTenants') return { ...route, answer: listOf(route, estate, spellsAt) }
    if (route.on !== 'tenant') return route
    return {
      ...route,
      answer(call, central, id) {
        const tenantId = String(call.headers['x-tenant-id'])
        if (!estate.isListed(tenantId, call.now)) throw new Refusal(forbidden(call.now))
        const lagMs =
          route.name === 'counts' ? Math.max(0, ...spellsAt(call.now).map(spell => spell.lagMs ?? 0)) : 0
        const now = call.now - lagMs
        return route.answer({ ...call, now }, arrivedBy(central, now), id)
      },
    }
  })
}

/** The same service, where detections that have not arrived by `now` are not there yet. */
function arrivedBy(central: Central, now: number): Central {
  function* detections(...asked: Parameters<Central['world']['detections']>) {
    for (const detection of central.world.detections(...asked))
      if (detection.time + lateBy(detection.key) <= now) yield detection
  }
  return { ...central, world: { ...central.world, detections } }
}

function listOf(route: Route, estate: Estate, spellsAt: (now: number) => readonly Spell[]): Route['answer'] {
  return (call, central, id) => {
    const names = spellsAt(call.now).map(({ name }) => name)
    const page = Number(call.query.get('page') ?? 1)
    const listed = central.world.tenants
      .filter(tenant => estate.isListed(tenant.id, call.now))
      .map(tenant => {
        const name = estate.nameOf(tenant, call.now)
        return { ...tenant, name, showAs: name }
      })
    // A tenant joined or left between two pages: one at the edge of a page is on neither.
    const shown = names.includes('list with moving pages') && page > 1 ? listed.slice(1) : listed
    const tenants = names.includes('list empty') ? [] : shown
    const answer = route.answer(call, { ...central, world: { ...central.world, tenants } }, id)
    if (!('json' in answer)) return answer
    const { items, pages } = answer.json as { items: unknown[]; pages: Record<string, number> }
    const hasGap = names.includes('list with a gap') && page > 1
    const total = {
      ...pages,
      ...(pages.items !== undefined && !names.includes('list empty') && { items: listed.length }),
    }
    return ok({ items: hasGap ? [] : items, pages: total })
  }
}
