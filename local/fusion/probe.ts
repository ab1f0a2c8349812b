import type { SophosClient } from '../../lambda/sophos/client.ts'
import type { BySeverity } from '../../lambda/sophos/detections.ts'
import { countsDocument, countsVariables, readCounts } from '../../lambda/sophos/fusion/counts.ts'
import { probeDocument, readProbe } from '../../lambda/sophos/fusion/probe.ts'
import { type Identity, whoAmI } from '../../lambda/sophos/identity.ts'
import { listTenants } from '../../lambda/sophos/tenants.ts'
import { allTenantsDocument, allTenantsVariables, readAllTenants } from './all-tenants.ts'
import { compare, isSame, sayCounts, sumOfBuckets } from './findings.ts'
import {
  byAggregateDocument,
  byBucketsDocument,
  contextDocument,
  type Hear,
  hearFrom,
  readHeard,
} from './requests.ts'

/** So many tenants are looked at to find one that moved and one that did not. */
const mostLookedAt = 30

/**
 * Asks Sophos Fusion, read-only, what nobody could try so far, and answers a report in Markdown: the shape of each answer, what
 * it settles, and which setting may be switched on. It holds no name and no id, and can be pasted into a public issue.
 */
export async function probeFusion(options: {
  client: SophosClient
  apiUrl: string
  fusionUrl: string
  now: () => number
}): Promise<string> {
  const { client, apiUrl, fusionUrl, now } = options
  const identity = await whoAmI(client, apiUrl)
  const { tenants } = await listTenants(client, apiUrl, identity)
  const ids = tenants.map(({ id }) => id)
  const hear = hearFrom(client, fusionUrl)
  const day = new Date(now()).toISOString().slice(0, 10)
  const opening = `## Sophos Fusion, asked live\n\nA credential of a ${identity.idType}, tenants: ${ids.length}; ${day}; ${fusionUrl}\n`

  const { subject, hasMoved, findings } = await lookForMoves(hear, ids)
  if (!subject)
    return [opening, ...findings, 'Nothing more can be asked without a tenant that answers.\n'].join('\n')
  const aside =
    'The rest is asked of a tenant that did not move, and tells only what such a one is answered.\n'
  const { own, findings: ofOne } = await countOne(hear, subject, hasMoved, now())
  const ofAll = await countAll(hear, { subject, own, identity, ids }, now)
  return [opening, ...findings, ...(hasMoved ? [] : [aside]), ...ofOne, ...ofAll].join('\n')
}

const finding = (title: string, said: string, settles: string): string =>
  `**${title}**\n- answer: ${said}\n- settles: ${settles}\n`

const ofTenant = (id: string) => ({ 'x-tenant-id': id })

/** 1. Which tenants moved, as the guard sees it; and one of them, or else one that did not, for the rest. */
async function lookForMoves(hear: Hear, ids: readonly string[]) {
  const found: Partial<Record<'moved' | 'not_moved', { id: string; said: string }>> = {}
  const looked = { moved: 0, not_moved: 0, failed: 0 }
  const findings: string[] = []
  for (const id of ids.slice(0, mostLookedAt)) {
    const heard = await hear(ofTenant(id), probeDocument)
    const state = readHeard(heard, readProbe)
    looked[state ?? 'failed'] += 1
    if (state) found[state] ??= { id, said: heard.said }
    else if (looked.failed === 1)
      findings.push(finding('1. a probe that failed', heard.said, 'what a failure looks like.'))
    if (found.moved && found.not_moved) break
  }
  const none = `none among the tenants looked at, ${Math.min(ids.length, mostLookedAt)}`
  const settles =
    "whether the guard is right, if Sophos' upgrade centre says the same of it. If not, set FUSION_GUARD=off. " +
    `So far: ${looked.moved} moved, ${looked.not_moved} not moved, ${looked.failed} failed.`
  for (const state of ['moved', 'not_moved'] as const) {
    const title = `1. kinds of case of a tenant taken for ${state.replace('_', ' ')}`
    findings.push(finding(title, found[state]?.said ?? none, settles))
  }
  return { subject: (found.moved ?? found.not_moved)?.id, hasMoved: found.moved !== undefined, findings }
}

/** 2 to 4. One tenant's counts of the last 24 hours, in three ways. */
async function countOne(hear: Hear, id: string, hasMoved: boolean, now: number) {
  const counts = await hear(ofTenant(id), countsDocument, countsVariables(now))
  const figures = readHeard(counts, readCounts)
  const hours =
    figures?.sinceHour && figures.sinceHourBefore
      ? 'hours can be had'
      : 'hours cannot be had, moments are not understood'
  const auto =
    figures && hasMoved
      ? `FUSION_COUNTS=auto may be switched on; ${hours}.`
      : `nothing that FUSION_COUNTS=auto could be switched on for.`

  const seconds = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: 0 })
  const range = { earliest: seconds(now - 86_400_000), latest: seconds(now) }
  const buckets = await hear(ofTenant(id), byBucketsDocument, {
    in: { group_by: 'DETECTOR', limit: 1_000, ...range },
  })
  const bucketed = readHeard(buckets, sumOfBuckets)
  const aggregate = await hear(ofTenant(id), byAggregateDocument, {
    in: { cql_query: 'FROM alert EARLIEST=-24h | aggregate count by severity', limit: 1 },
  })
  const and = (said: string, of: BySeverity | undefined) => (of ? `${said}; ${sayCounts(of)}` : said)
  const rightCuts = compare(figures?.day, bucketed, 'the thresholds of the severities are right')
  return {
    own: figures?.day,
    findings: [
      finding("2. a tenant's counts, 15 searches in one document", and(counts.said, figures?.day), auto),
      finding("3. the same by the server's buckets", and(buckets.said, bucketed), rightCuts),
      finding(
        '4. the same by an aggregation in the query',
        aggregate.said,
        'whether one search would do instead of 15.',
      ),
    ],
  }
}

/** 5 to 7. All tenants at once, by three ways to say whom it is about. */
async function countAll(
  hear: Hear,
  about: { subject: string; own: BySeverity | undefined; identity: Identity; ids: readonly string[] },
  now: () => number,
): Promise<string[]> {
  const { subject, own, identity } = about
  const known = new Set(about.ids.map(id => id.toLowerCase()))
  const header = identity.idType === 'tenant' ? 'x-tenant-id' : `x-${identity.idType}-id`

  async function ask(title: string, headers: Readonly<Record<string, string>>, isTheProducts = false) {
    const heard = await hear(headers, allTenantsDocument, allTenantsVariables(now()))
    const all = readHeard(heard, readAllTenants)
    const named = [...(all?.keys() ?? [])].filter(id => known.has(id)).length
    const rows = all ? `; tenants: ${all.size}, of them by their id in Sophos Central: ${named}` : ''
    const row = all?.get(subject.toLowerCase())
    const may = row && own && isSame(row, own) ? 'could replace one request for each' : 'is of no use'
    const advice = isTheProducts ? ` One request for all moved tenants ${may}.` : ''
    const settles = compare(own, row, 'it tells what the tenant tells by itself')
    return finding(title, `${heard.said}${rows}`, `${settles}${advice}`)
  }

  const findings = [
    await ask('5. counts by tenant, asked for one tenant', ofTenant(subject)),
    await ask('6. counts by tenant, asked with the account in X-Tenant-ID', ofTenant(identity.id), true),
    await ask(`7. counts by tenant, asked with the account in ${header}`, { [header]: identity.id }),
  ]
  const context = await hear(ofTenant(subject), contextDocument)
  const settles = 'whether the service tells whom a request is about (400: it does not).'
  return [...findings, finding('7. the context of the request', context.said, settles)]
}
