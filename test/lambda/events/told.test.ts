import { describe, expect, it } from 'vitest'
import { readTold, withoutNews, withoutTold } from '../../../lambda/events/told.ts'
import { memoryStore } from '../../memory-store.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const unannounced = { critical: 2, high: 1, since: at - 60_000, from: at, at: at + 60_000 }
const answeredAt = at + 60_005
const tenant = tenantOf('a', { counts: { ...countsOf(bySeverity(2, 1)), answeredAt }, unannounced })
const toldOf = (critical: number, high: number, from = at) => new Map([['a', { critical, high, from }]])

describe('what was told', () => {
  it('leaves the tenant, and what came later stays as a portion of its own', () => {
    const { unannounced: _, ...rest } = tenant
    expect(withoutTold([tenant], toldOf(2, 1))).toEqual([rest])
    expect(withoutTold([tenant], toldOf(2, 0))).toEqual([
      { ...tenant, unannounced: { ...unannounced, critical: 0, from: answeredAt } },
    ])
  })

  it('of another portion, or of another tenant, takes nothing away: the tenant is the very same', () => {
    const other = tenantOf('b')
    const [first, second] = withoutTold([tenant, other], toldOf(2, 1, at - 1))
    expect(first).toBe(tenant)
    expect(second).toBe(other)
    expect(withoutTold([tenant], new Map([['b', { critical: 2, high: 1, from: at }]]))[0]).toBe(tenant)
  })

  it('is read from the record; where that cannot be read the state keeps its news', async () => {
    const store = memoryStore()
    const warned: string[] = []
    const log = { debug() {}, info() {}, warn: (fact: string) => void warned.push(fact), error() {} }
    await expect(readTold(store, 'default', at, log)).resolves.toEqual(new Map())
    const told = [{ id: 'a', from: at, critical: 2, high: 1 }]
    const body = JSON.stringify({ schemaVersion: 1, watched: [], told })
    await store.write('state/default/digest.json', { body, contentType: '', cacheControl: '' })
    await expect(readTold(store, 'default', at, log)).resolves.toEqual(toldOf(2, 1))
    const broken = { ...store, read: () => Promise.reject(new Error('503')) }
    await expect(readTold(broken, 'default', at, log)).resolves.toEqual(new Map())
    expect(warned).toEqual(['the record of announcements was not read at the start'])
  })

  it('is no question without a bus: no news is kept, and a tenant without any is the very same', () => {
    expect(withoutNews(tenant)).not.toHaveProperty('unannounced')
    const quiet = tenantOf('b')
    expect(withoutNews(quiet)).toBe(quiet)
  })
})
