import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { detections } from '../../../lambda/datasets/detections/detections.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'
import { toCsv } from '../../../lambda/publish/csv.ts'
import { publish } from '../../../lambda/publish/publish.ts'
import { mergeSources } from '../../../lambda/publish/rows.ts'
import { takeLease } from '../../../lambda/run/lease.ts'
import { parseState } from '../../../lambda/state/state.ts'
import { writeState } from '../../../lambda/state/stored-state.ts'
import { memoryStore } from '../../memory-store.ts'
import { virtualClock } from '../../virtual-clock.ts'

// What version 0.1.0 left after two runs over five simulated tenants: one without a licence, one that moved to Fusion, and
// with the one request for all moved tenants, which later versions do not have.
const left = (name: string) => readFileSync(new URL(`./from-0.1.0/${name}`, import.meta.url))
const state = () => parseState(left('tenants.ndjson.gz'), Date.UTC(2026, 10, 22, 12)).state

const cellsOf = (csv: Uint8Array | string): string[][] => parse(Buffer.from(csv), { bom: true })

/** The fields of a JSON value, down to the values: "sources.0.run.result". */
const fieldsOf = (value: unknown, path = ''): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, part]) => fieldsOf(part, `${path}.${name}`))
    : [path.slice(1)]

describe('what version 0.1.0 left', () => {
  it('gives the very same cells in detections.csv', () => {
    const rows = mergeSources(detections, [{ source: 'default', state: state() }])
    expect(cellsOf(toCsv(detections.columns, rows))).toEqual(cellsOf(left('detections.csv')))
  })

  it('gives a status.json with the same fields, but for the request that is gone', async () => {
    const store = memoryStore()
    await writeState(store, 'default', state(), null)
    await publish(
      {
        ...{ store, version: '0', datasets: [detections], now: () => Date.UTC(2026, 10, 22, 10, 20) },
        settings: { source: 'default', demo: false, refreshIntervalMs: 86_400_000 },
        log: { debug() {}, info() {}, warn() {}, error() {} },
        applyMoves: tenants => [...tenants],
      },
      state(),
      { withRows: true },
    )
    const before: unknown = JSON.parse(left('status.json').toString())
    const now: unknown = JSON.parse(store.text('status.json') ?? '')
    const gone = fieldsOf(before).filter(field => !fieldsOf(now).includes(field))
    expect(gone).toEqual(['sources.0.fusion.allTenants', 'sources.0.fusion.message'])
    expect(cellsOf(store.text('detections.csv') ?? '')).toEqual(cellsOf(left('detections.csv')))
  })

  it('is gone on from: its calls still count', async () => {
    const store = memoryStore()
    await store.write('state/default/lease.json', {
      ...{ body: left('lease.json'), contentType: 'application/json', cacheControl: 'no-store' },
    })
    const lease = await takeLease({
      ...{ store, source: 'default', holder: 'test', clock: virtualClock(Date.UTC(2026, 10, 22, 10, 20)) },
      windows: parseRateWindows('1000/h'),
    })
    const made = state().report?.calls.made ?? 0
    expect(made).toBeGreaterThan(5)
    expect('renew' in lease && lease.earlierCalls.length).toBeGreaterThanOrEqual(made)
  })
})
