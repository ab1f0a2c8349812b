import type { AccessReport, SourceReport } from '../../lambda/doctor/report.ts'

const asked = { level: 'tenant', use: 'always', method: 'POST', path: '/p', documentedAs: 'API' } as const

const complete: SourceReport = {
  source: 'default',
  version: '0.1.0',
  demo: true,
  startedAt: '2026-11-22T10:00:00.000Z',
  writtenAt: '2026-11-22T10:00:06.401Z',
  scope: 'all',
  result: 'complete',
  message: 'Examined 3 of 3 tenants in 6 s: 1 thing to mend.',
  identity: { idType: 'partner', id: 'partner-1', tokenLifeSeconds: 3600 },
  listing: { tenants: 3, isComplete: true, byRegion: { '': 1, eu01: 2 }, byStatus: { active: 3 } },
  calls: { made: 9, retries: 1, throttled: 0 },
  summary: { toMend: 1, toKnow: 1, examined: 3, byFinding: { works: 4, not_licensed: 1, stale: 1 } },
  apis: [
    {
      ...asked,
      id: 'detections-counts',
      name: 'Detection counts',
      needs: 'an XDR or MDR licence',
      byFinding: { works: 2, not_licensed: 1 },
    },
    { ...asked, id: 'alerts', name: 'Alerts', needs: 'any role', byFinding: { works: 2, stale: 1 } },
  ],
  tenants: [
    {
      id: 't1',
      name: 'Alpine Bakery',
      region: '',
      findings: { 'detections-counts': 'not_licensed', alerts: 'stale' },
    },
  ],
  remedies: [
    {
      finding: 'not_licensed',
      api: 'detections-counts',
      tenants: 1,
      regions: ['eu01'],
      mend: true,
      text: 'Give the tenant a licence, or leave it as it is.',
      examples: [{ tenant: 't1', name: 'Alpine Bakery', status: 403, at: '2026-11-22T10:00:02.170Z' }],
    },
    {
      finding: 'no_permission',
      api: 'partner-roles',
      tenants: 0,
      regions: [],
      mend: false,
      text: 'The credential may not read roles.',
      examples: [],
    },
  ],
}

/** A source that failed: it has only the message. */
const failed: SourceReport = {
  ...complete,
  source: 'other',
  result: 'failed',
  message: 'No token: the credential is unknown (401).',
  identity: null,
  listing: null,
  summary: { toMend: 1, toKnow: 0, examined: 0, byFinding: { forbidden: 1 } },
  apis: [],
  tenants: [],
  remedies: [],
}

/** access-report.json with everything that the doctor writes: the types are the writer's. */
export const accessReport: AccessReport = { schemaVersion: 1, sources: [complete, failed] }
