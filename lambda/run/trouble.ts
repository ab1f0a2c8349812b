import type { Tenant } from '../tenants/tenant.ts'

/** So many different reasons are named in a run's message; the rows of the page have all of them. */
const mostNamed = 9

/**
 * The regions in trouble, and why, as sentences: those in which at least half of the tenants that were asked got no answer, and
 * no fewer than two. `sick` are the tenants that should have figures and got none, out of `asked`. One reason that several regions share is
 * given once.
 */
export function regionsInTrouble(asked: readonly Tenant[], sick: readonly Tenant[]): string[] {
  const regions = Map.groupBy(sick, ({ region }) => region ?? '')
  const reasons = new Map<string, string[]>()
  for (const [region, tenants] of regions) {
    const inRegion = asked.filter(tenant => (tenant.region ?? '') === region).length
    if (tenants.length < Math.max(2, inRegion / 2)) continue
    const reason = mostCommon(tenants.map(({ reason = '' }) => withoutIds(reason)))
    reasons.set(reason, [...(reasons.get(reason) ?? []), region])
  }
  const named = [...reasons].slice(0, mostNamed)
  const sentences = named.flatMap(([reason, names]) => sentenceOn(names.filter(Boolean).sort(), reason))
  const more = [...reasons].slice(mostNamed).flatMap(([, names]) => names)
  if (more.length > 0) sentences.push(`Also in trouble: ${more.sort().join(', ')}; their rows say why.`)
  // What is to be said of several regions in the same words is said once.
  return [...new Set(sentences.flatMap(text => text.split(betweenSentences)))]
}

const betweenSentences = /(?<=[.!?]) (?=[A-Z])/

const sentenceOn = (regions: readonly string[], reason: string): string => {
  // A reason that names its region needs no other name.
  if (regions.length === 0 || regions.some(region => reason.startsWith(`Region ${region} `))) return reason
  return `In ${regions.join(', ')}: ${reason}`
}

/** Sophos gives each answer an id of its own; without it the same reasons are the same. */
const withoutIds = (reason: string): string => reason.replace(/ \(correlation id [^)]*\)/g, '')

function mostCommon(texts: readonly string[]): string {
  const counts = [...Map.groupBy(texts, text => text)].map(([text, same]) => ({ text, count: same.length }))
  return counts.sort((a, b) => b.count - a.count)[0]?.text ?? ''
}
