import { describe, expect, it } from 'vitest'
import { announce } from '../../../lambda/events/announce.ts'
import type { Announcement } from '../../../lambda/events/announcement.ts'
import type { RunOutcome } from '../../../lambda/state/run-report.ts'
import type { Store } from '../../../lambda/state/store.ts'
import { memoryStore } from '../../memory-store.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const hourMs = 3_600_000

/** A run of `source` with one new critical detection of tenant `a`. */
const outcomeOf = (hours: number, source = 'default'): RunOutcome => {
  const now = at + hours * hourMs
  const news = { since: now - hourMs, total: 1, bySeverity: bySeverity(1) }
  return {
    tenants: [tenantOf('a', { counts: countsOf(bySeverity(1), now), news, triedAt: now })],
    report: {
      source,
      startedAt: now - 60_000,
      endedAt: now,
      trigger: 'schedule',
      result: 'complete',
      message: 'Collected 1 of 1 tenant in 1 s.',
      calls: { made: 1, retries: 0, throttled: 0 },
      budget: [],
      nextRunAt: now + hourMs,
    },
  }
}

/** An installation with a bus that takes events while `isUp`. */
function installation(environment: Record<string, string> = { EVENT_BUS_NAME: 'default' }) {
  const store = memoryStore()
  const bus = { isUp: true, opened: [] as string[], taken: [] as Announcement[] }
  const facts: string[] = []
  const note = (fact: string) => void facts.push(fact)
  return {
    store,
    bus,
    facts,
    announceOf: (outcome: RunOutcome, with_: Store = store) =>
      announce(outcome, {
        environment,
        openBus: name => {
          bus.opened.push(name)
          return async event => {
            if (!bus.isUp) throw new Error('the bus is down')
            bus.taken.push(event)
          }
        },
        demo: true,
        installation: 'one',
        store: with_,
        log: { debug: note, info: note, warn: note, error: note },
      }),
  }
}

describe('an announcement', () => {
  it('that the bus refuses is sent once, after a later run, with all news until then', async () => {
    const { announceOf, bus, facts } = installation()
    await announceOf(outcomeOf(0))
    bus.isUp = false
    await announceOf(outcomeOf(1))
    bus.isUp = true
    await announceOf(outcomeOf(2))
    await announceOf(outcomeOf(3))
    expect(bus.taken.map(({ detail }) => detail)).toEqual([
      expect.objectContaining({ critical: 2, demo: true, source: 'default' }),
    ])
    expect(facts).toEqual(['an event could not be sent; the next run tries again', 'announced'])
  })

  it('is recorded in the state of its source, apart from other sources', async () => {
    const { announceOf, bus, store } = installation()
    for (const source of ['default', 'emea']) {
      await announceOf(outcomeOf(0, source))
      await announceOf(outcomeOf(1, source))
    }
    expect(bus.taken.map(({ detail }) => detail.source)).toEqual(['default', 'emea'])
    expect(store.keys()).toEqual(['state/default/digest.json', 'state/emea/digest.json'])
  })

  it.each(['', '{"schemaVersion":2}', 'null', '{"schemaVersion":1,"watched":[{"id":1}]}'])(
    'is not made with the memory %j, but is from the next run on',
    async body => {
      const { announceOf, bus, store, facts } = installation()
      await store.write('state/default/digest.json', { body, contentType: '', cacheControl: '' })
      await announceOf(outcomeOf(0))
      expect(bus.taken).toEqual([])
      expect(facts).toEqual(['the record of announcements cannot be read; starting a new one'])
      await announceOf(outcomeOf(1))
      expect(bus.taken).toHaveLength(1)
    },
  )

  it('never fails the run, whatever goes wrong', async () => {
    const broken: Partial<Store> = { read: () => Promise.reject(new Error('S3 is down')) }
    const { announceOf, facts, store } = installation()
    await announceOf(outcomeOf(0), { ...store, ...broken })
    const conflict: Partial<Store> = { write: () => Promise.reject(new Error('412')) }
    await announceOf(outcomeOf(1), { ...store, ...conflict })
    expect(facts).toEqual(['the announcements of this run failed', 'the announcements of this run failed'])
    const wrong = installation({ EVENT_BUS_NAME: 'default', MUTED: 'everybody' })
    await wrong.announceOf(outcomeOf(0))
    expect(wrong.facts).toEqual(['the announcements of this run failed'])
  })

  it('opens the bus only if there is an event to send', async () => {
    const { announceOf, bus } = installation()
    await announceOf(outcomeOf(0))
    expect(bus.opened).toEqual([])
    await announceOf(outcomeOf(1))
    expect(bus.opened).toEqual(['default'])
  })

  it('is not made without a bus: nothing is opened, read or written', async () => {
    const { announceOf, bus, store } = installation({})
    await announceOf(outcomeOf(0))
    await announceOf(outcomeOf(1))
    expect([bus.opened, store.keys()]).toEqual([[], []])
  })

  it('leaves out a muted tenant until the end of its last day in the time zone', async () => {
    // 2026-11-22 10:00 in UTC is 23:00 in Auckland; two hours later it is the 23rd there, and still the 22nd in UTC.
    const MUTED = JSON.stringify([{ tenant: 'Tenant a', until: '2026-11-22' }])
    const { announceOf, bus } = installation({ EVENT_BUS_NAME: 'x', MUTED, TIME_ZONE: 'Pacific/Auckland' })
    await announceOf(outcomeOf(-1))
    await announceOf(outcomeOf(0))
    expect(bus.taken).toEqual([])
    await announceOf(outcomeOf(2))
    expect(bus.taken).toHaveLength(1)
  })
})
