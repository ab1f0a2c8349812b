import { gzipSync } from 'node:zlib'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { publishReport } from '../../../lambda/doctor/publish.ts'
import { type SourceReport, sourceReportSchema } from '../../../lambda/doctor/report.ts'
import { memoryStore } from '../../memory-store.ts'
import { virtualDoctor } from './virtual-doctor.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

const read = (store: ReturnType<typeof memoryStore>): { schemaVersion: number; sources: SourceReport[] } =>
  JSON.parse(store.text('access-report.json') ?? '')

describe('access-report.json', () => {
  it('keeps the latest report of each source, sorted by name', async () => {
    const store = memoryStore()
    const report = await virtualDoctor({ tenants: 5 }).report()
    for (const source of ['default', 'apac', 'emea']) await publishReport(store, { ...report, source }, log)
    await publishReport(store, { ...report, source: 'default', message: 'Again.' }, log)
    const { schemaVersion, sources } = read(store)
    expect(schemaVersion).toBe(1)
    expect(sources.map(({ source, message }) => [source, message])).toEqual([
      ['apac', report.message],
      ['default', 'Again.'],
      ['emea', report.message],
    ])
    for (const source of sources) expect(v.parse(sourceReportSchema, source)).toEqual(source)
  })

  it('loses no report when two doctors publish at the same moment', async () => {
    const store = memoryStore()
    const report = await virtualDoctor({ tenants: 2 }).report()
    const names = ['a', 'b', 'c', 'd']
    await Promise.all(names.map(source => publishReport(store, { ...report, source }, log)))
    expect(read(store).sources.map(({ source }) => source)).toEqual(names)
  })

  it('replaces what it cannot read, and logs that', async () => {
    const store = memoryStore()
    const report = await virtualDoctor({ tenants: 2 }).report()
    const warned: string[] = []
    const listening = { ...log, warn: (fact: string) => void warned.push(fact) }
    for (const body of ['<html>', '{"schemaVersion":2}', '{"schemaVersion":1,"sources":[{"source":"x"}]}']) {
      await store.write('access-report.json', { body, contentType: '', cacheControl: '' })
      await publishReport(store, report, listening)
      expect(read(store).sources).toEqual([report])
    }
    expect(warned).toHaveLength(3)
  })

  it('has the cache headers of status.json', async () => {
    const written: unknown[] = []
    const store = memoryStore()
    const report = await virtualDoctor({ tenants: 2 }).report()
    const listening: typeof store.write = async (key, { body: _, ...how }) => {
      written.push([key, how])
      return ''
    }
    await publishReport({ ...store, write: listening }, report, log)
    expect(written).toEqual([
      [
        'access-report.json',
        {
          contentType: 'application/json',
          cacheControl: 'public, max-age=0, s-maxage=30, must-revalidate',
          onlyIf: null,
        },
      ],
    ])
  })

  it('stays under 1 MB for 2,500 tenants, and under 100 KB compressed', async () => {
    const store = memoryStore()
    const report = await virtualDoctor({ tenants: 40 }).report()
    const tenants = Array.from({ length: 2_500 }, (_, n) => ({
      ...report.tenants[n % report.tenants.length],
      id: crypto.randomUUID(),
      name: `A customer with a usual name ${n}`,
      region: 'eu01',
      findings: report.tenants[n % report.tenants.length]?.findings ?? {},
    }))
    await publishReport(store, { ...report, tenants }, log)
    const text = store.text('access-report.json') ?? ''
    expect(text.length).toBeLessThan(1_000_000)
    expect(gzipSync(text).length).toBeLessThan(100_000)
  })
})
