import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isUsableId } from '../../../lambda/sophos/ids.ts'
import { virtualInstallation } from '../../virtual-installation.ts'
import { virtualDoctor } from '../doctor/virtual-doctor.ts'

/** An id with at least one character that some syntax gives a meaning, or one that is too long. */
const unusable = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    fc.constantFrom(
      'a\r\nX-Other: b',
      ' a',
      'a\n',
      '../a',
      '=1+1',
      'a,b',
      'a|b',
      'ä',
      '<b>',
      'a'.repeat(129),
    ),
    fc.constantFrom('unnamed-1-1', 'unnamed-1-2', '.', '..', '-a', '__proto__'),
  )
  .filter(id => !/^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/.test(id) || id.startsWith('unnamed-'))

it('a UUID is a usable id, and one that a header, a URL, a cell or a key would read otherwise is none', () => {
  expect(isUsableId('7c1d8e1a-58a2-4c5b-9a3e-0d6b5f4e3c21')).toBe(true)
  fc.assert(fc.property(unusable, id => !isUsableId(id)))
})

it('tenants with unusable ids keep a row each that says why, and are never asked, neither here nor in Fusion', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(unusable, { minLength: 1, maxLength: 5 }), async ids => {
      const tenants = [...ids.map(id => ({ id, movedAt: 0 })), { access: 'ok' as const }]
      const installation = virtualInstallation({
        simulator: { tenants, rateLimits: '2000/s' },
        env: { FUSION_COUNTS: 'auto' },
      })
      const asked = new Set<string>()
      installation.sophos.onServed(({ tenantId }) => void (tenantId !== undefined && asked.add(tenantId)))
      await installation.run()
      await installation.run()
      const rows = installation.rows()
      expect(rows).toHaveLength(ids.length + 1)
      expect([...asked].filter(id => !isUsableId(id))).toEqual([])
      expect(asked.size).toBe(1)
      const others = rows.filter(({ Status }) => Status !== 'ok')
      expect(others).toHaveLength(ids.length)
      for (const row of others) {
        expect(row).toMatchObject({ Status: 'failed', Detections_Total: '' })
        expect(row.ID).toMatch(/^unnamed-1-\d$/)
        expect(row.Reason).toMatch(/^Sophos lists this tenant without an id that can be sent/)
      }
    }),
    { numRuns: 20 },
  )
})

it('the doctor asks no tenant with an unusable id, and says why', async () => {
  const { report: examine, sophos } = virtualDoctor({
    tenants: [{ id: 'a\r\nb' }, { access: 'ok' }, { access: 'ok' }],
  })
  const asked = new Set<string>()
  sophos.onServed(({ tenantId }) => void (tenantId !== undefined && asked.add(tenantId)))
  const report = await examine()
  expect(report.tenants).toHaveLength(3)
  expect([...asked].filter(id => !isUsableId(id))).toEqual([])
  expect(report.remedies).toContainEqual(
    expect.objectContaining({ finding: 'unknown_shape', api: 'all', tenants: 1 }),
  )
})
