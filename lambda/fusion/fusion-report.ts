import type { FusionSettings } from '../settings.ts'
import type { RunReport } from '../state/run-report.ts'

/** Whether one request is made for all moved tenants: switched on, of use, and not found to tell something else. */
export const usesAllTenants = (
  { guard, counts, allTenants }: FusionSettings,
  refuted: string | undefined,
): boolean => guard && counts === 'auto' && allTenants && refuted === undefined

/** What is done about moved tenants, for status.json. */
export function reportFusion(settings: FusionSettings, refuted: string | undefined): RunReport['fusion'] {
  const { guard, counts, allTenants } = settings
  const isRefuted = allTenants && refuted !== undefined
  return {
    guard: guard ? 'on' : 'off',
    counts,
    allTenants: isRefuted ? 'refuted' : usesAllTenants(settings, refuted) ? 'on' : 'off',
    ...(isRefuted && {
      message: `One request for all moved tenants was switched off by itself. ${refuted} Each is asked by itself instead.`,
    }),
  }
}
