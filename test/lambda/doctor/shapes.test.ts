import { describe, expect, it } from 'vitest'
import { accountApis, tenantApis } from '../../../lambda/doctor/catalogue.ts'
import { readListing } from '../../../lambda/doctor/listing-shape.ts'
import { checkShape } from '../../../lambda/doctor/shapes.ts'

const now = Date.UTC(2026, 10, 22, 10)
const asked = { tenantId: '0b1e5c00-0000-4000-8000-000000000001', now }
const startsAt = new Date(now - 3_600_000).toISOString()
const counts = (bucket: object) => ({
  to: new Date(now).toISOString(),
  resolution: 'hour',
  resolutionDetectionCounts: [{ startsAt, totalCount: 3, ...bucket }],
})
const bySeverity = { critical: 0, high: 1, medium: 2, low: 0, info: 0 }

describe('an answer that is as documented', () => {
  it.each([
    ['detections-counts', counts({ countBySeverity: bySeverity })],
    ['detections-query', { id: 'r1', status: 'pending', result: 'notAvailable' }],
    ['account-health', { endpoint: { protection: { computer: { score: 100 } } } }],
    ['cases', { items: [{ id: 'c', status: 'new' }] }],
    ['cases', { items: [] }],
    ['alerts', { items: [{ id: 'a', severity: 'high', raisedAt: startsAt }] }],
    ['endpoints', { items: [{ id: 'e' }] }],
    ['siem-events', { items: [], has_more: false, next_cursor: 'x' }],
    ['partner-admins', { items: [{}] }],
    ['partner-billing', {}],
  ] as const)('of %s passes', (api, body) => {
    expect(() => checkShape(api, body, asked)).not.toThrow()
  })
})

describe('drift', () => {
  it.each([
    ['detections-counts', counts({}), /did not report the severities of 3 of 3/],
    ['detections-counts', counts({ countBySeverity: { ...bySeverity, urgent: 0 } }), /the severity "urgent"/],
    [
      'detections-counts',
      counts({ countBySeverity: { ...bySeverity, high: 5 } }),
      /add up to 7, but its total is 3/,
    ],
    ['detections-counts', counts({ totalCount: undefined }), /totalCount is missing/],
    ['detections-counts', { ...counts({}), resolution: 'day' }, /answered by "day"/],
    ['detections-query', { status: 'pending' }, /detection query is not as documented: id/],
    ['account-health', { endpoint: {} }, /account health is not as documented: endpoint.protection/],
    ['account-health', { endpoint: { protection: { server: { score: 101 } } } }, /score/],
    ['cases', { items: [{ id: 'c', status: 'parked' }] }, /list of cases.*status/],
    ['alerts', { items: [{ id: 'a', severity: 'urgent', raisedAt: startsAt }] }, /severity/],
    ['siem-events', { items: [] }, /has_more/],
    ['partner-roles', {}, /list of roles/],
  ] as const)('in %s is detected: %o', (api, body, message) => {
    expect(() => checkShape(api, body, asked)).toThrow(message)
  })

  it('is checked in every answer of the catalogue', () => {
    for (const { id } of [...tenantApis, ...accountApis])
      expect(() => checkShape(id, 7, asked)).toThrow(/not as documented/)
  })

  it('in the tenant list is reported once for all tenants', () => {
    const good = { id: 'a', name: 'A', dataRegion: 'eu01', status: 'active' }
    const pages = [
      { items: [good, { ...good, status: 'suspended' }], pages: {} },
      { items: [{ id: 'b', name: 'B' }, { id: 'c', name: 'C' }, 7], pages: {} },
    ]
    const { byStatus, drift } = readListing(pages)
    expect(byStatus).toEqual({ active: 1, suspended: 1 })
    expect(drift.join()).toMatch(/In 2 listed tenants, dataRegion is not as documented/)
  })
})
