import { describe, expect, it } from 'vitest'
import { boundedLog, waitLog } from '../../../lambda/run/bounded-log.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { virtualInstallation } from '../../virtual-installation.ts'

type Line = [fact: string, details: Record<string, unknown>]

/** Keeps what is logged at the default level. */
function kept() {
  const lines: Line[] = []
  const note = (...line: Line) => void lines.push(line)
  return { lines, log: { debug() {}, info: note, warn: note } }
}

describe('a bounded log', () => {
  it('names the first twenty of each kind, and then says how many more there were', () => {
    const { lines, log } = kept()
    const bounded = boundedLog(log)
    for (let n = 0; n < 25; n++) bounded.warn('tenant failed', { n })
    for (let n = 0; n < 20; n++) bounded.warn('asking again', { n })
    bounded.end()
    expect(lines.filter(([fact]) => fact === 'tenant failed')).toHaveLength(20)
    expect(lines.filter(([fact]) => fact === 'asking again')).toHaveLength(20)
    expect(lines.slice(40)).toEqual([['tenant failed: and more', { more: 5 }]])
  })
})

describe('the log of waits', () => {
  it('has a line a minute at most, and their sum is that of all waits', async () => {
    const { lines, log } = kept()
    const clock = virtualClock(0)
    const waits = waitLog(clock, log)
    for (let n = 0; n < 300; n++) {
      waits.note({ ms: 600, window: 'the budget of 100/m' })
      await clock.drive(clock.sleep(600))
    }
    waits.end()
    waits.end()
    expect(lines.length).toBeLessThanOrEqual(3)
    const sum = (name: string) => lines.reduce((total, [, details]) => total + Number(details[name]), 0)
    expect([sum('waits'), sum('waitedMs')]).toEqual([300, 180_000])
  })
})

describe('the log of a run', () => {
  const installed = () =>
    virtualInstallation({
      simulator: {
        tenants: Array.from({ length: 240 }, () => ({ access: 'ok' as const })),
        rateLimits: '10/s 100/m 1000/h',
      },
    })

  it('is short on a quiet day, however often the run waits', async () => {
    const { run, facts } = installed()
    await run()
    const waits = facts.filter(([fact]) => fact === 'waited for the rate limit')
    expect(waits.length).toBeLessThanOrEqual(3)
    expect(facts.map(([fact]) => fact)).toEqual([
      'run started',
      'tenants listed',
      ...waits.map(([fact]) => fact),
    ])
  })

  it('names tenants that failed with endpoint and HTTP status, and is short on a bad day too', async () => {
    const { run, facts, sophos } = installed()
    sophos.faults.add({ endpoint: 'counts', kind: 'status', status: 400, body: { error: 'badRequest' } })
    await run()
    const failed = facts.filter(([fact]) => fact === 'tenant failed')
    expect(failed).toHaveLength(20)
    for (const [, details] of failed) {
      expect(details).toEqual({
        ...{ tenant: expect.stringMatching(/^[0-9a-f-]{36}$/), dataset: 'detections', status: 'failed' },
        ...{ endpoint: 'counts', http: 400, reason: expect.stringContaining('Sophos answered 400') },
      })
    }
    expect(facts).toContainEqual(['tenant failed: and more', { more: 220 }])
    expect(facts.length).toBeLessThan(35)
  })

  it('holds no secret and no token, whatever goes wrong', async () => {
    const { run, facts, sophos } = installed()
    sophos.faults.add({ endpoint: 'counts', kind: 'reset', every: 3 })
    sophos.faults.add({ endpoint: 'counts', kind: 'expireTokens', every: 20 })
    sophos.faults.add({ endpoint: 'counts', kind: 'status', status: 429, every: 50 })
    await run()
    expect(facts.length).toBeGreaterThan(10)
    expect(JSON.stringify(facts)).not.toMatch(/demo-secret|bearer|access_token/i)
  })
})
