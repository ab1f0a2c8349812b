import { shortMessage } from './announcement.ts'
import type { DigestInput } from './digest.ts'

/** What every event says. */
export const frame = ({ report, demo, dashboard }: DigestInput, message: string) => ({
  schemaVersion: 1 as const,
  message: shortMessage(message),
  source: report.source,
  at: iso(report.endedAt),
  demo,
  ...(dashboard !== undefined && { dashboard }),
})

export const iso = (ms: number): string => new Date(ms).toISOString()
