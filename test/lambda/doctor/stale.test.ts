import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readPastDays } from '../../../lambda/doctor/past-days.ts'
import { fellSilent } from '../../../lambda/doctor/stale.ts'
import { recordHistory } from '../../../lambda/history/record.ts'
import { memoryStore } from '../../memory-store.ts'
import { virtualVisit } from './virtual-visit.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const dayMs = 86_400_000
const now = Date.UTC(2026, 10, 22, 10)
const day = (ago: number) => new Date(now - ago * dayMs).toISOString().slice(0, 10)

/** What each day came to, the oldest first, today last; null where there was no answer. */
const days = (...totals: (number | null)[]) =>
  new Map(
    totals.flatMap((total, i) => (total === null ? [] : [[day(totals.length - 1 - i), total] as const])),
  )

describe('a tenant fell silent', () => {
  it.each([
    [
      days(3, 1, 9, 2, 4, 8, 5, 0, 0, 0),
      /^No detection since 2026-11-20, and some on 7 of the 7 days before\.$/,
    ],
    [days(3, 1, 9, 0, 4, 0, 5, 0, 0, 0), /5 of the 7 days/],
    [days(3, 1, null, 2, 4, null, 5, 0, 0, 0), /5 of the 5 days/],
    // Quiet for longer than anybody remembers, quiet as ever, or not quiet for long enough to tell.
    [days(0, 0, 0, 0, 0, 0, 0, 0, 0, 0), undefined],
    [days(3, 0, 0, 0, 4, 0, 5, 0, 0, 0), undefined],
    [days(3, 1, 9, 2, 4, 8, 5, 1, 0, 0), undefined],
    [days(3, 1, 9, 2, 4, 8, 5, 0, 0, 1), undefined],
    [days(5, 0, 0, 0), undefined],
    [days(), undefined],
  ])('%o: %s', (past, said) => {
    if (said) expect(fellSilent(past)).toMatch(said)
    else expect(fellSilent(past)).toBeUndefined()
  })
})

describe('the history', () => {
  const row = (tenantId: string, ago: number, total: number, method: 'counts' | 'fusion' = 'counts') => ({
    tenantId,
    counts: { collectedAt: now - ago * dayMs, total, bySeverity: undefined, method },
  })

  it('gives the most of each day of the last ten, but for what Sophos Fusion told', async () => {
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

  it('is done without where a day cannot be read, which is logged', async () => {
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

  it('makes the counts of a silent tenant a finding, though they are answered, and the tenant one of the sample', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`)
    const { report, bucket } = virtualVisit({
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
      'No detection since 2026-11-20, and some on 7 of the 7 days before.',
    )
  })
})
