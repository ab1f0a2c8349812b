import { describe, expect, it } from 'vitest'
import type { Announcement } from '../../../lambda/events/announcement.ts'
import { virtualInstallation } from '../../virtual-installation.ts'

const minuteMs = 60_000

/** An installation in a storm of 429s: `pattern` says, run by run, which share of the counts is refused; 1 is every one. */
async function runsEvents(pattern: readonly (number | undefined)[], calmRuns: number) {
  const events: Announcement[] = []
  const installation = virtualInstallation({
    simulator: {
      tenants: Array.from({ length: 30 }, () => ({ access: 'ok', detectionsPerDay: 0 }) as const),
      rateLimits: '10/s 100/m',
    },
    bus: async event => void events.push(event),
  })
  const results: string[] = []
  for (const every of [undefined, ...pattern, ...Array.from({ length: calmRuns }, () => undefined)]) {
    const remove =
      every && installation.sophos.faults.add({ kind: 'status', status: 429, endpoint: 'counts', every })
    const outcome = await installation.run({ remainingMs: 300_000 })
    results.push('report' in outcome ? outcome.report.result : 'no run')
    if (remove) remove()
    await installation.pass(10 * minuteMs)
  }
  return { types: events.map(({ detailType }) => detailType), results }
}

describe('a storm of 429s', () => {
  it.each<[string, readonly (number | undefined)[]]>([
    [
      'that refuses every other run',
      [1, undefined, 1, undefined, 1, undefined, 1, undefined, 1, undefined, 1],
    ],
    ['that lets some tenants through at times', [1, 2, 1, 2, 3, 1, 3, 1, 2, 1]],
    [
      'that comes back after half an hour',
      [1, 1, undefined, undefined, undefined, 1, 1, undefined, undefined, 1],
    ],
  ])('%s is one failure and one recovery', async (_, pattern) => {
    const { types, results } = await runsEvents(pattern, 9)
    expect(results.filter(result => result === 'failed').length).toBeGreaterThan(2)
    expect(types).toEqual(['Run failed', 'Run recovered'])
  })

  it('that never lets the runs fail announces nothing', async () => {
    const { types } = await runsEvents([4, 5, 4, 6], 4)
    expect(types).toEqual([])
  })
})
