import { detections } from '../../lambda/datasets/detections/detections.ts'
import { toCsv } from '../../lambda/publish/csv.ts'
import { mergeSources } from '../../lambda/publish/rows.ts'
import { hourMs } from '../../lambda/sophos/detections.ts'
import { parseState, serializeState } from '../../lambda/state/state.ts'
import { notChecked } from '../../lambda/tenants/migration.ts'
import type { Tenant } from '../../lambda/tenants/tenant.ts'
import { makeWorld } from '../../local/simulator/world.ts'

export type FileFigures = { readonly name: string; readonly ms: number; readonly kib: number }

/** Measures writing and reading the files of a run over this many tenants. */
export function measureFiles(count: number): FileFigures[] {
  const tenants = makeEstate(count)
  const state = { tenants, listedAt: 0, recordedUntil: undefined, breakers: {}, report: undefined }
  const [rows, sorting] = timed(() => mergeSources(detections, [{ source: 'default', state }]))
  const [csv, writing] = timed(() => toCsv(detections.columns, rows))
  const [packed, packing] = timed(() => serializeState(state))
  const [, unpacking] = timed(() => parseState(packed, Number.POSITIVE_INFINITY))
  return [
    { name: 'detections.csv: sort and write', ms: sorting + writing, kib: Buffer.byteLength(csv) / 1_024 },
    { name: 'state: write', ms: packing, kib: packed.length / 1_024 },
    { name: 'state: read', ms: unpacking, kib: packed.length / 1_024 },
  ]
}

function makeEstate(count: number): Tenant[] {
  const world = makeWorld(1, count)
  const now = Date.UTC(2026, 10, 22, 10)
  return world.tenants.map(({ id, name, region }): Tenant => {
    const hours = Array.from({ length: 24 }, (_, i) => now - (24 - i) * hourMs).flatMap(startsAt => {
      const { total, bySeverity } = world.counts(id, startsAt, startsAt + hourMs)
      return total > 0 ? { startsAt, total, bySeverity } : []
    })
    const { total, bySeverity } = world.counts(id, now - 24 * hourMs, now)
    const counts = {
      total,
      bySeverity,
      hours,
      to: now,
      remark: undefined,
      collectedAt: now,
      method: 'counts' as const,
    }
    const apiHost = `https://api-${region}.central.sophos.com`
    return {
      id,
      name,
      region,
      apiHost,
      status: 'ok',
      reason: undefined,
      triedAt: now,
      counts,
      news: undefined,
      migration: notChecked,
    }
  })
}

function timed<T>(work: () => T): [T, number] {
  const startedAt = performance.now()
  const result = work()
  return [result, performance.now() - startedAt]
}
