import type { RunReport } from '../state/run-report.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { forChat } from '../text/exits.ts'
import type { Announcement } from './announcement.ts'
import type { Memory } from './memory.ts'

/** What the digest works from: a run, its tenants, and what earlier runs announced. */
export type DigestInput = {
  readonly memory: Memory
  readonly report: Pick<RunReport, 'source' | 'result' | 'message' | 'startedAt' | 'endedAt'>
  readonly tenants: readonly Tenant[]
  readonly cooldownMs: number
  readonly isMuted: (tenant: Pick<Tenant, 'id' | 'name'>) => boolean
  readonly demo: boolean
  readonly installation: string
  readonly dashboard: string | undefined
}

/** One event to send, and the memory after the bus took it. */
export type Step = { readonly event: Announcement; readonly memory: Memory }

/** The fields that every event has. */
export const commonDetail = ({ report, demo, installation, dashboard }: DigestInput, message: string) => ({
  schemaVersion: 1 as const,
  message: forChat(message),
  installation,
  source: report.source,
  at: iso(report.endedAt),
  demo,
  ...(dashboard !== undefined && { dashboard }),
})

export const iso = (ms: number): string => new Date(ms).toISOString()

export const formatTenants = (tenants: number): string => `${tenants} tenant${tenants === 1 ? '' : 's'}`
