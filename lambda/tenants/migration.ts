/** Whether a tenant moved to Sophos Fusion, as the CSV names it. */
export const migrationStates = ['not_checked', 'not_moved', 'moved'] as const

/**
 * What is known of a tenant's move to Sophos Fusion. `checkedAt` is the last check (milliseconds since the epoch): for a moved
 * tenant the one that found it, for one that is not checked the one that failed, or undefined before the first.
 * A move is one-way, so `moved` is for ever; whatever else is not known for sure is `not_checked`.
 */
export type Migration = {
  readonly state: (typeof migrationStates)[number]
  readonly checkedAt: number | undefined
}

export const notChecked: Migration = { state: 'not_checked', checkedAt: undefined }

export const isMoved = ({ migration }: { readonly migration: Migration }): boolean =>
  migration.state === 'moved'

/** How many tenants are in each state. */
export function countMigrations(tenants: readonly { readonly migration: Migration }[]) {
  const counts = { notMoved: 0, moved: 0, notChecked: 0 }
  const names = { not_moved: 'notMoved', moved: 'moved', not_checked: 'notChecked' } as const
  for (const { migration } of tenants) counts[names[migration.state]] += 1
  return counts
}
