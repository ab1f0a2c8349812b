/** A tenant that is new in Sophos Central shows up after an hour at the latest. */
const longestListAgeMs = 3_600_000

/**
 * Whether the tenants are to be listed anew. A list costs a call for each 100 tenants and one for whoami, which is nothing
 * while the budget reaches for all tenants anyway; where it does not, those calls are figures of tenants.
 */
export function isListDue(options: {
  listedAt: number | undefined
  tenants: number
  now: number
  trigger: 'schedule' | 'manual'
  /** What the tightest window of the budget has left. */
  callsLeft: number
}): boolean {
  const { listedAt, tenants, now, trigger, callsLeft } = options
  if (listedAt === undefined || tenants === 0) return true
  const listCalls = Math.ceil(tenants / 100) + 1
  // Half a list is none; the tenants that are known can be asked all the same.
  if (callsLeft < listCalls + 1) return false
  return trigger === 'manual' || now - listedAt >= longestListAgeMs || callsLeft >= tenants + listCalls + 1
}
