import type { Settings } from '../settings.ts'

/** The content of `settings.json`, which the page reads. Contains only settings that are set. */
export type PageSettings = Partial<Pick<Settings, 'timeZone' | 'tenantLink' | 'groups' | 'muted'>> & {
  readonly schemaVersion: 1
}

export const pageSettings = ({ timeZone, tenantLink, groups, muted }: Settings): PageSettings => ({
  schemaVersion: 1,
  ...(timeZone && { timeZone }),
  ...(tenantLink && { tenantLink }),
  ...(groups.length > 0 && { groups }),
  ...(muted.length > 0 && { muted }),
})
