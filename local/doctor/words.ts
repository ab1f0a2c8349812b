import type { Finding } from '../../lambda/doctor/finding.ts'

/** The findings as the report prints them, in the order of its columns. */
export const findingWords: Readonly<Record<Finding, string>> = {
  works: 'works',
  no_secret: 'no secret',
  no_permission: 'no permission',
  not_licensed: 'not licensed',
  not_managed: 'not managed',
  forbidden: 'forbidden',
  wrong_address: 'wrong address',
  server_trouble: 'server trouble',
  throttled: 'throttled',
  unreachable: 'unreachable',
  unknown_shape: 'unknown shape',
  stale: 'stale',
  moved: 'moved',
  not_activated: 'not activated',
  not_tried: 'not tried',
}

/** "eu01 70, eu02 58" */
export const formatCounts = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name || 'none'} ${count}`)
    .join(', ')

/** Formats the affected tenants: "3 tenants in eu01, us03: Acme, Birch and 1 more". */
export function formatAffected(remedy: {
  tenants: number
  regions: readonly string[]
  examples: readonly { name?: string | undefined }[]
}): string {
  if (remedy.tenants === 0) return ''
  const named = remedy.examples.flatMap(({ name }) => name ?? [])
  const more = remedy.tenants - named.length
  const regions = remedy.regions.length > 0 ? ` in ${remedy.regions.join(', ')}` : ''
  return `${remedy.tenants} ${remedy.tenants === 1 ? 'tenant' : 'tenants'}${regions}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
