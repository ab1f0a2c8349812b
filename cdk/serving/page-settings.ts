import type { Settings } from '../settings.ts'

/** What `settings.json` beside the page says: how this installation wants its tenants shown. What is not set, is not there. */
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
