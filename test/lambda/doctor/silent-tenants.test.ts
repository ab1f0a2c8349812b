import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { describeSilence, readPastDays } from '../../../lambda/doctor/silent-tenants.ts'
import { recordHistory } from '../../../lambda/history/record.ts'
import { memoryStore } from '../../memory-store.ts'
import { virtualDoctor } from './virtual-doctor.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const dayMs = 86_400_000
const now = Date.UTC(2026, 10, 22, 10)
const day = (ago: number) => new Date(now - ago * dayMs).toISOString().slice(0, 10)

/** A total for each day, the oldest first, today last; null for a day without an answer. */
const days = (...totals: (number | null)[]) =>
  new Map(
    totals.flatMap((total, i) => (total === null ? [] : [[day(totals.length - 1 - i), total] as const])),
  )

describe('a silent tenant', () => {
  it.each([
    [
      days(3, 1, 9, 2, 4, 8, 5, 0, 0, 0),
      /^No detection since 2026-11-20, but some on 7 of the 7 days before\.$/,
    ],
    [days(3, 1, 9, 0, 4, 0, 5, 0, 0, 0), /5 of the 7 days/],
    [days(3, 1, null, 2, 4, null, 5, 0, 0, 0), /5 of the 5 days/],
    // Quiet the whole time, quiet on most days, or not quiet for long enough.
    [days(0, 0, 0, 0, 0, 0, 0, 0, 0, 0), undefined],
    [days(3, 0, 0, 0, 4, 0, 5, 0, 0, 0), undefined],
    [days(3, 1, 9, 2, 4, 8, 5, 1, 0, 0), undefined],
    [days(3, 1, 9, 2, 4, 8, 5, 0, 0, 1), undefined],
    [days(5, 0, 0, 0), undefined],
    [days(), undefined],
  ])('%o: %s', (past, silence) => {
    if (silence) expect(describeSilence(past)).toMatch(silence)
    else expect(describeSilence(past)).toBeUndefined()
  })
})

describe('the history', () => {
  const row = (tenantId: string, ago: number, total: number, method: 'counts' | 'fusion' = 'counts') => ({
    tenantId,
    counts: { collectedAt: now - ago * dayMs, total, bySeverity: undefined, method },
  })

  it('gives the highest total of each of the last ten days, without the figures of Sophos Fusion', async () => {
    const store = memoryStore()
    const rows = [
      row('a', 0, 0),
      row('a', 1, 2),
      { ...row('a', 1, 7), counts: { ...row('a', 1, 7).counts, collectedAt: now - dayMs + 60_000 } },
      row('a', 9, 1),
      row('a', 10, 5),
      row('b', 0, 4, 'fusion'),
    ]
    await recordHistory(store, 'default', rows, log)
    const past = await readPastDays(store, 'default', now, log)
    expect([...past]).toEqual([
      [
        'a',
        new Map([
          [day(9), 1],
          [day(1), 7],
          [day(0), 0],
        ]),
      ],
    ])
  })

  it('leaves out a day that cannot be read, and logs it', async () => {
    const store = memoryStore()
    await recordHistory(store, 'default', [row('a', 1, 2)], log)
    const put = (ago: number, body: Uint8Array) =>
      store.write(`history/source=default/${day(ago)}.csv.gz`, { body, contentType: '', cacheControl: '' })
    await put(0, Buffer.from('not gzip'))
    await put(2, gzipSync('another,header\n1,2\n'))
    const warned: string[] = []
    const past = await readPastDays(store, 'default', now, { ...log, warn: fact => void warned.push(fact) })
    expect([...past.keys()]).toEqual(['a'])
    expect(warned).toHaveLength(2)
  })

  it('adds a silent tenant to the sample, and reports its counts as stale though they came without an error', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`)
    const { report, bucket } = virtualDoctor({
      tenants: ids.map(id => ({ id, access: 'ok' as const, region: 'eu01' as const })),
      sample: 1,
    })
    const silent = ids[7] ?? ''
    const rows = ids.flatMap(id =>
      [...Array(10).keys()].map(ago => row(id, ago, id === silent && ago < 3 ? 0 : 2)),
    )
    await recordHistory(bucket, 'default', rows, log)
    const { tenants, remedies, summary } = await report()
    expect(summary).toMatchObject({ examined: 2, toMend: 1 })
    expect(tenants.find(({ id }) => id === silent)?.findings).toMatchObject({
      'detections-counts': 'stale',
      alerts: 'works',
    })
    expect(remedies[0]).toMatchObject({ finding: 'stale', text: expect.stringContaining('Sophos Fusion') })
    expect(remedies[0]?.examples[0]?.message).toBe(
      'No detection since 2026-11-20, but some on 7 of the 7 days before.',
    )
  })
})
