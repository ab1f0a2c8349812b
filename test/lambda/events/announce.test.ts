import { describe, expect, it } from 'vitest'
import { announce } from '../../../lambda/events/announce.ts'
import type { Announcement } from '../../../lambda/events/announcement.ts'
import type { RunOutcome } from '../../../lambda/state/run-report.ts'
import type { Store } from '../../../lambda/state/store.ts'
import { ConflictError } from '../../../lambda/state/store.ts'
import { memoryStore } from '../../memory-store.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const hourMs = 3_600_000

/** A run of `source` after which the state has so many unannounced critical detections of tenant `a`, the first since `from`. */
const outcomeOf = (hours: number, { source = 'default', critical = 1, from = hours } = {}): RunOutcome => {
  const now = at + hours * hourMs
  const begun = at + from * hourMs
  const unannounced = { critical, high: 0, since: begun - hourMs, from: begun, at: now }
  return {
    tenants: [tenantOf('a', { counts: countsOf(bySeverity(1), now), unannounced, triedAt: now })],
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
    bus.isUp = false
    await expect(announceOf(outcomeOf(1))).resolves.toEqual(new Map())
    bus.isUp = true
    const both = outcomeOf(2, { critical: 2, from: 1 })
    const told = { critical: 2, high: 0, from: at + hourMs }
    await expect(announceOf(both)).resolves.toEqual(new Map([['a', told]]))
    await announceOf(both)
    expect(bus.taken.map(({ detail }) => detail)).toEqual([
      expect.objectContaining({ critical: 2, demo: true, source: 'default' }),
    ])
    expect(facts).toEqual(['an event could not be sent; the next run tries again', 'announced'])
  })

  it('is recorded in the state of its source, apart from other sources', async () => {
    const { announceOf, bus, store } = installation()
    for (const source of ['default', 'emea']) await announceOf(outcomeOf(0, { source }))
    expect(bus.taken.map(({ detail }) => detail.source)).toEqual(['default', 'emea'])
    expect(store.keys()).toEqual(['state/default/digest.json', 'state/emea/digest.json'])
  })

  it.each(['', '{"schemaVersion":2}', 'null', '{"schemaVersion":1,"watched":[{"id":1}]}'])(
    'is made though the memory is %j, and is remembered',
    async body => {
      const { announceOf, bus, store, facts } = installation()
      await store.write('state/default/digest.json', { body, contentType: '', cacheControl: '' })
      await announceOf(outcomeOf(0))
      await announceOf(outcomeOf(1, { critical: 2, from: 0 }))
      expect(bus.taken).toHaveLength(1)
      expect(facts).toEqual(['the record of announcements cannot be read; starting a new one', 'announced'])
    },
  )

  it('counts as told though another run changed the memory meanwhile, and is not made twice', async () => {
    const { announceOf, bus, store, facts } = installation()
    const conflict: Partial<Store> = { write: () => Promise.reject(new ConflictError('412')) }
    const told = await announceOf(outcomeOf(0, { critical: 3 }), { ...store, ...conflict })
    expect(told).toEqual(new Map([['a', { critical: 3, high: 0, from: at }]]))
    expect(bus.taken).toHaveLength(1)
    expect(facts).toEqual(['announced', 'the announcements of this run failed'])
  })

  it('never fails the run, whatever goes wrong', async () => {
    const broken: Partial<Store> = { read: () => Promise.reject(new Error('S3 is down')) }
    const { announceOf, facts, store } = installation()
    await announceOf(outcomeOf(0), { ...store, ...broken })
    expect(facts).toEqual(['the announcements of this run failed'])
    const wrong = installation({ EVENT_BUS_NAME: 'default', MUTED: 'everybody' })
    await wrong.announceOf(outcomeOf(0))
    expect(wrong.facts).toEqual(['the announcements of this run failed'])
  })

  it('opens the bus only if there is an event to send', async () => {
    const { announceOf, bus } = installation()
    await announceOf(outcomeOf(0, { critical: 0 }))
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
