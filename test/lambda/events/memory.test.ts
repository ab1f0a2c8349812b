import fc from 'fast-check'
import { expect, it } from 'vitest'
import { digest } from '../../../lambda/events/digest.ts'
import { nothingAnnounced, parseMemory, serializeMemory } from '../../../lambda/events/memory.ts'
import type { Tenant } from '../../../lambda/tenants/tenant.ts'

const hourMs = 3_600_000
const cooldownMs = 6 * hourMs
const now = Date.UTC(2026, 10, 22, 10)
const bySeverity = { critical: 1, high: 0, medium: 0, low: 0, info: 0 }

/** A tenant whose answer at `at` brought a new critical detection, and an older one of a day ago. */
const tenantAt = (at: number): Tenant => ({
  ...{
    id: 'a',
    name: 'A',
    region: 'eu01',
    apiHost: 'https://a',
    status: 'ok',
    reason: undefined,
    triedAt: at,
  },
  counts: { total: 1, bySeverity, hours: [], to: at, remark: undefined, collectedAt: at, method: 'counts' },
  news: { since: at - 60_000, total: 1, bySeverity },
  unannounced: { critical: 1, high: 0, since: at - 60_000, from: at, at },
  migration: { state: 'not_moved', checkedAt: undefined },
})

const anyTime = fc.constantFrom(-1, 0, 0.5, 1e18, 1e308, -1e308, now + 400 * 24 * hourMs, now - hourMs)
const anyCount = fc.constantFrom(0, 1, 1e9, 1e15)
const memory = fc.record(
  {
    schemaVersion: fc.constant(1),
    failedSince: anyTime,
    worksSince: anyTime,
    watched: fc.array(
      fc.record(
        {
          id: fc.constantFrom('a', 'b'),
          name: fc.constant('A'),
          newAt: anyTime,
          waiting: fc.record({ critical: anyCount, high: anyCount, since: anyTime }),
          announced: fc.record({ at: anyTime, critical: fc.boolean() }),
        },
        { requiredKeys: ['id', 'name', 'newAt'] },
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['schemaVersion', 'watched'] },
)

it('whatever times the record of announcements holds, a tenant with news is announced within a cool-down and a day', () => {
  fc.assert(
    fc.property(memory, given => {
      let text = JSON.stringify(given)
      const announced: string[] = []
      for (const startedAt of [now, now + cooldownMs + 24 * hourMs]) {
        const before = parseMemory(Buffer.from(text), startedAt)
        expect(before).toBeDefined()
        const endedAt = startedAt + 60_000
        const { start, steps } = digest({
          memory: before ?? nothingAnnounced,
          report: { source: 'default', result: 'complete', message: '', startedAt, endedAt },
          tenants: [tenantAt(endedAt - 1)],
          cooldownMs,
          isMuted: () => false,
          demo: false,
          installation: 'one',
          dashboard: undefined,
        })
        text = serializeMemory(steps.at(-1)?.memory ?? start)
        for (const { event } of steps) announced.push(event.detailType)
      }
      expect(announced).toContain('New detections')
      expect(parseMemory(Buffer.from(text), now + cooldownMs + 24 * hourMs)).toBeDefined()
    }),
  )
})
