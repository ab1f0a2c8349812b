import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepUnchanged } from '../../site/data/keep-unchanged.ts'
import { parseDetections } from '../../site/data/parse-detections.ts'
import type { Tenant } from '../../site/data/tenant.ts'

const header =
  'ID,Detections_Critical,Detections_High,Detections_Medium,Detections_Low,Detections_Info,Detections_Total,Name,Status,Reason,Collected_At,Region,Method,Hourly'
const hourly = Array.from({ length: 24 }, (_, hour) => hour).join(' ')

function tenantsOf(text: string): Tenant[] {
  const parsed = parseDetections(text)
  if ('problem' in parsed) throw new Error(parsed.problem.kind)
  return [...parsed.tenants]
}

function problemOf(text: string): string {
  const parsed = parseDetections(text)
  return 'problem' in parsed ? parsed.problem.kind : 'none'
}

describe('parseDetections', () => {
  it('reads every column by its name, in any order', () => {
    const [tenant] = tenantsOf(
      `Extra,Hourly,Collected_At,Reason,Status,Name,Detections_Total,Detections_Info,Detections_Low,Detections_Medium,Detections_High,Detections_Critical,ID\r\nx,${hourly},2026-11-22T10:00:00.000Z,Slow,throttled,"Baker, ""B""",15,5,4,3,2,1,t1\r\n`,
    )
    expect(tenant).toEqual({
      key: 't1',
      id: 't1',
      name: 'Baker, "B"',
      counts: { critical: 1, high: 2, medium: 3, low: 4, info: 5 },
      total: 15,
      status: 'throttled',
      reason: 'Slow',
      collectedAt: Date.UTC(2026, 10, 22, 10),
      hourly: Array.from({ length: 24 }, (_, hour) => hour),
      region: undefined,
      source: undefined,
      method: undefined,
      migration: undefined,
      news: undefined,
      hourlyBySeverity: undefined,
    })
  })

  it('reads the first eight columns alone, with any line breaks', () => {
    const first = header.split(',').slice(0, 8).join(',')
    for (const end of ['\n', '\r\n']) {
      const [tenant] = tenantsOf(`${first}${end}t1,0,0,0,0,7,7,Bakery`)
      expect(tenant).toMatchObject({ total: 7, status: undefined, collectedAt: undefined, hourly: undefined })
    }
  })

  it.each(['', ' ', 'N/A', '-1', '1.5', '1e3', 'null', '0x10', '12 34'])(
    'treats the cell "%s" as unknown, never as a number',
    cell => {
      const [tenant] = tenantsOf(
        `ID,Detections_Critical,Detections_Total,Name\r\nt1,${cell},${cell},Bakery\r\n`,
      )
      expect(tenant?.counts.critical).toBeUndefined()
      expect(tenant?.total).toBeUndefined()
    },
  )

  it.each([
    ["'=1+1", '=1+1'],
    ["'+49 Ltd", '+49 Ltd'],
    ["'-dash", '-dash'],
    ["'@home", '@home'],
    ["'s Bakery", "'s Bakery"],
    ["''=x", "'=x"],
    ["Acme;'=1+1; x", 'Acme;=1+1; x'],
    ["Acme | '＝1", 'Acme | ＝1'],
    ["Acme;'n Co", "Acme;'n Co"],
  ])('shows the name %s as %s: removes the quote only where it protects', (cell, name) => {
    expect(tenantsOf(`ID,Name\r\nt1,${cell}\r\n`)[0]?.name).toBe(name)
  })

  it('gives every row its own key, even if the file has an ID twice', () => {
    expect(tenantsOf('ID,Name\r\na,1\r\na,2\r\n,3\r\n').map(tenant => tenant.key)).toEqual(['a', 'a#2', ''])
  })

  it('shows no character of a name or a reason that cannot be seen, in a file from elsewhere', () => {
    const [tenant] = tenantsOf(
      'ID,Name,Reason\nt1,"A\u202ec\u200bme\u{e0041} \u0007Ltd","no\u2066 \u001blicence"\n',
    )
    expect([tenant?.name, tenant?.reason]).toEqual(['Acme Ltd', 'no licence'])
  })

  it('uses the ID for a tenant without a name', () => {
    expect(tenantsOf('ID,Name\r\nt1,\r\n')[0]?.name).toBe('t1')
  })

  it('reads a header without rows as an estate without tenants', () => {
    expect(tenantsOf(`${header}\r\n`)).toEqual([])
  })

  it.each([
    ['', 'empty'],
    ['\n<!doctype html><p>ID,Name', 'web-page'],
    ['{"error": "no"}', 'no-id-column'],
    ['Name,Total\r\nA,1\r\n', 'no-id-column'],
    [`${header}\r\nt1,0,0,0\r\n`, 'damaged'],
    [`${header}\r\nt1,0,0,0,0,0,0,"Bak`, 'damaged'],
    [`${header}\r\nt1,0,0,0,0,0,0,B,ok,,,,,,,,\r\n`, 'damaged'],
    [`${header}\r\nt1,0,0,0,0,0,0,B,ok,,,eu,counts,1 2 3`, 'damaged'],
  ])('refuses %j', (text, problem) => {
    expect(problemOf(text)).toBe(problem)
  })

  it('never throws, and never makes a number from text that is not one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const parsed = parseDetections(`ID,Detections_Total\r\nt1,${text}`)
        if ('problem' in parsed) return
        for (const { total } of parsed.tenants)
          expect(total === undefined || Number.isSafeInteger(total)).toBe(true)
      }),
    )
  })
})

describe('keepUnchanged', () => {
  const csv = (total: number) => `ID,Detections_Total,Hourly\r\na,1,${hourly}\r\nb,${total},${hourly}\r\n`

  it('returns the same list if nothing changed', () => {
    const before = tenantsOf(csv(2))
    expect(keepUnchanged(before, tenantsOf(csv(2)))).toBe(before)
  })

  it('keeps the object of every unchanged row, and uses the new one of a changed row', () => {
    const before = tenantsOf(csv(2))
    const after = keepUnchanged(before, tenantsOf(csv(3)))
    expect(after[0]).toBe(before[0])
    expect(after[1]?.total).toBe(3)
  })

  it('notices a changed order, and a missing row', () => {
    const before = tenantsOf(csv(2))
    expect(keepUnchanged(before, [...before].reverse())).toEqual([...before].reverse())
    expect(keepUnchanged(before, before.slice(0, 1))).toHaveLength(1)
  })
})
