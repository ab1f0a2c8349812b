import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { detections } from '../../lambda/datasets/detections/detections.ts'
import { routes } from '../../local/simulator/routes/list.ts'
import type { TenantSpec } from '../../local/simulator/tenants.ts'
import { files } from '../../site/files.ts'
import type { Answer } from '../../site/poll/ask-file.ts'
import { pollFiles } from '../../site/poll/poll-files.ts'
import { nothingYet } from '../../site/view-state.ts'
import { virtualInstallation } from '../virtual-installation.ts'
import { mostInWindow } from '../virtual-sophos.ts'
import { toys } from './dataset.ts'
import { toyFile } from './file.ts'
import { toyRoute } from './route.ts'

const minuteMs = 60_000
const specs = (count: number): TenantSpec[] => Array.from({ length: count }, () => ({ access: 'ok' }))

/** An installation whose lists have one line more, here and in the simulator. */
function withToys(tenants: readonly TenantSpec[], rateLimits = '10/s 100/m 1000/h') {
  const installation = virtualInstallation({
    simulator: { tenants, rateLimits, routes: [...routes, toyRoute] },
    datasets: [detections, toys],
  })
  const { bucket, sophos, pass, run } = installation
  const truth = (id: string) => sophos.world.tenant(id)?.name.length
  return {
    ...installation,
    truth,
    toyRows: (): Record<string, string>[] => parse(bucket.text('toys.csv') ?? '', { columns: true }),
    next: async () => {
      await pass(15 * minuteMs)
      return run()
    },
  }
}

describe('a second dataset, by one folder and one line in each list', () => {
  it('is asked, merged, saved, published in a file of its own and counted in status.json', async () => {
    const { run, toyRows, rows, truth, status } = withToys(specs(30))
    const outcome = await run()
    expect(toyRows()).toHaveLength(30)
    for (const row of toyRows())
      expect(row).toMatchObject({ Toys: String(truth(row.ID ?? '')), Status: 'ok' })
    expect(rows().every(({ Status }) => Status === 'ok')).toBe(true)
    expect(status()).toMatchObject({
      datasets: [
        { name: 'detections', file: 'detections.csv', byStatus: { ok: 30 } },
        { name: 'toys', file: 'toys.csv', byStatus: { ok: 30, failed: 0 } },
      ],
    })
    expect('report' in outcome && outcome.report.message).toMatch(/Collected toys of 30 of 30 tenants\.$/)
  })

  it('is asked again when its period is over, and keeps its figures from the state until then', async () => {
    const { run, next, toyRows } = withToys(specs(5))
    await run()
    const times = () => toyRows().map(({ Collected_At }) => Collected_At)
    const first = times()
    for (let i = 0; i < 3; i++) {
      await next()
      expect(times()).toEqual(first)
    }
    await next()
    expect(times().some(time => first.includes(time))).toBe(false)
  })

  it('fails alone: the first dataset goes on, and the last good figures stay with their age', async () => {
    const { run, next, toyRows, rows, sophos, status } = withToys(specs(12))
    await run()
    const before = toyRows()
    sophos.faults.add({ endpoint: 'toys', kind: 'status', status: 500 })
    for (let i = 0; i < 4; i++) await next()
    expect(toyRows().map(({ ID, Toys, Collected_At }) => [ID, Toys, Collected_At])).toEqual(
      before.map(({ ID, Toys, Collected_At }) => [ID, Toys, Collected_At]),
    )
    expect(toyRows().every(({ Status, Reason }) => Status === 'failed' && Reason !== '')).toBe(true)
    expect(rows().every(({ Status }) => Status === 'ok')).toBe(true)
    expect(status()).toMatchObject({ datasets: [{ byStatus: { ok: 12 } }, { byStatus: { failed: 12 } }] })
  })

  it('has an endpoint that goes down by itself, and costs a few calls then', async () => {
    const { run, sophos } = withToys(specs(200))
    sophos.faults.add({ endpoint: 'toys', kind: 'status', status: 503 })
    const outcome = await run()
    // 200 for the first dataset, a list, probes, and what is under way when the endpoint is known to be down.
    expect('report' in outcome && outcome.report.calls.made).toBeLessThan(280)
  })

  it('shares the windows with the first, which come over no limit, and starves neither', async () => {
    const { run, next, toyRows, rows, sophos } = withToys(specs(300), '10/s 100/m 400/h')
    await run()
    for (let i = 0; i < 12; i++) await next()
    expect(rows().every(({ Collected_At }) => Collected_At !== '')).toBe(true)
    expect(toyRows().every(({ Collected_At }) => Collected_At !== '')).toBe(true)
    for (const [limit, ms] of [
      [10, 1_000],
      [100, 60_000],
      [400, 3_600_000],
    ] as const)
      expect(mostInWindow(sophos.received, ms)).toBeLessThanOrEqual(limit)
  })

  it('leaves its part in the state, where a version without it keeps it', async () => {
    const { run, clock, bucket, truth, toyRows } = withToys(specs(4))
    await run()
    await clock.drive(clock.sleep(15 * minuteMs))
    const without = virtualInstallation({
      simulator: { tenants: specs(4), rateLimits: '1000/s' },
      ...{ clock, bucket },
    })
    await without.run()
    await clock.drive(clock.sleep(15 * minuteMs))
    const again = virtualInstallation({
      simulator: { tenants: specs(4), rateLimits: '1000/s', routes: [...routes, toyRoute] },
      ...{ clock, bucket, datasets: [detections, toys] as const },
    })
    const outcome = await again.run()
    // Not asked anew: its period of an hour is not over.
    expect('report' in outcome && outcome.report.message).not.toMatch(/toys/)
    for (const row of toyRows()) expect(row.Toys).toBe(String(truth(row.ID ?? '')))
  })

  it('is polled by the page, beside the files of the first', async () => {
    const { run, bucket, truth, sophos } = withToys(specs(3))
    await run()
    const shown = new Map<string, number>()
    const asked: string[] = []
    const ask = async (address: string): Promise<Answer> => {
      asked.push(address)
      const text = bucket.text(address) ?? ''
      return { kind: 'fresh', text, validators: { etag: null, lastModified: null } }
    }
    const { merge } = await pollFiles([...files, toyFile(shown)], nothingYet, ask)
    const state = merge(nothingYet, 0)
    expect(asked).toEqual(['detections.csv', 'status.json', 'toys.csv'])
    expect(state.detections?.tenants).toHaveLength(3)
    expect(shown).toEqual(new Map(sophos.world.tenants.map(({ id }) => [id, truth(id)])))
  })
})
