import type { SophosClient } from '../../lambda/sophos/client.ts'
import type { BySeverity } from '../../lambda/sophos/detections.ts'
import { countsDocument, countsVariables, readCounts } from '../../lambda/sophos/fusion/counts.ts'
import { probeDocument, readProbe } from '../../lambda/sophos/fusion/probe.ts'
import { type Identity, whoAmI } from '../../lambda/sophos/identity.ts'
import { isUsableId } from '../../lambda/sophos/ids.ts'
import { listTenants } from '../../lambda/sophos/tenants.ts'
import { forMarkdownCode } from '../../lambda/text/exits.ts'
import { allTenantsDocument, allTenantsVariables, readAllTenants } from './all-tenants.ts'
import { compare, formatCounts, isSame, sumOfBuckets } from './findings.ts'
import {
  type Ask,
  askFrom,
  byAggregateDocument,
  byBucketsDocument,
  contextDocument,
  readReply,
} from './requests.ts'

/** At most this many tenants are probed to find one that moved and one that did not. */
const mostProbed = 30

/**
 * Runs read-only tests against Sophos Fusion that need a real account, and returns a report in Markdown: the shape of
 * each answer, what it settles, and which settings are safe to turn on. It has no names and no ids, so it can go into a
 * public issue.
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
  const ids = tenants.map(({ id }) => id).filter(isUsableId)
  const ask = askFrom(
    client,
    fusionUrl,
    tenants.map(({ name }) => name),
  )
  const day = new Date(now()).toISOString().slice(0, 10)
  const opening = `## Sophos Fusion, live tests\n\nCredential type: ${identity.idType}; tenants: ${ids.length}; ${day}; ${fusionUrl}\n`

  const { subject, hasMoved, findings } = await findMoved(ask, ids)
  if (!subject)
    return [opening, ...findings, 'No tenant answered, so the other tests cannot run.\n'].join('\n')
  const note = 'No tenant moved: the other tests use a tenant that did not move, and show only its answers.\n'
  const { own, findings: ofOne } = await countOne(ask, subject, hasMoved, now())
  const ofAll = await countAll(ask, { subject, own, identity, ids }, now)
  return [opening, ...findings, ...(hasMoved ? [] : [note]), ...ofOne, ...ofAll].join('\n')
}

/** The shape of an answer with all its fields. */
const longestAnswer = 4_000

const finding = (title: string, text: string, settles: string): string =>
  `**${title}**\n- answer: ${forMarkdownCode(text, longestAnswer)}\n- settles: ${settles}\n`

const ofTenant = (id: string) => ({ 'x-tenant-id': id })

/** 1. Finds the tenants that moved, as the guard sees it, and chooses one for the other tests: a moved one, if any. */
async function findMoved(ask: Ask, ids: readonly string[]) {
  const found: Partial<Record<'moved' | 'not_moved', { id: string; text: string }>> = {}
  const probed = { moved: 0, not_moved: 0, failed: 0 }
  const findings: string[] = []
  for (const id of ids.slice(0, mostProbed)) {
    const reply = await ask(ofTenant(id), probeDocument)
    const state = readReply(reply, readProbe)
    probed[state ?? 'failed'] += 1
    if (state) found[state] ??= { id, text: reply.text }
    else if (probed.failed === 1)
      findings.push(finding('1. a probe that failed', reply.text, 'what a failure looks like.'))
    if (found.moved && found.not_moved) break
  }
  const none = `none of the ${Math.min(ids.length, mostProbed)} tenants probed`
  const settles =
    "whether the guard is right, if Sophos' upgrade centre agrees. If not, set FUSION_GUARD=off. " +
    `So far: ${probed.moved} moved, ${probed.not_moved} not moved, ${probed.failed} failed.`
  for (const state of ['moved', 'not_moved'] as const) {
    const title = `1. case types of a tenant found to be ${state.replace('_', ' ')}`
    findings.push(finding(title, found[state]?.text ?? none, settles))
  }
  return { subject: (found.moved ?? found.not_moved)?.id, hasMoved: found.moved !== undefined, findings }
}

/** 2 to 4. Counts one tenant's last 24 hours in three ways. */
async function countOne(ask: Ask, id: string, hasMoved: boolean, now: number) {
  const counts = await ask(ofTenant(id), countsDocument, countsVariables(now))
  const figures = readReply(counts, readCounts)
  const hours =
    figures?.sinceHour && figures.sinceHourBefore
      ? 'hourly counts work'
      : 'hourly counts do not work, as Fusion rejects exact times'
  const auto =
    figures && hasMoved
      ? `FUSION_COUNTS=auto can be turned on; ${hours}.`
      : 'nothing yet, so leave FUSION_COUNTS off.'

  const seconds = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: 0 })
  const range = { earliest: seconds(now - 86_400_000), latest: seconds(now) }
  const buckets = await ask(ofTenant(id), byBucketsDocument, {
    in: { group_by: 'DETECTOR', limit: 1_000, ...range },
  })
  const bucketed = readReply(buckets, sumOfBuckets)
  const aggregate = await ask(ofTenant(id), byAggregateDocument, {
    in: { cql_query: 'FROM alert EARLIEST=-24h | aggregate count by severity', limit: 1 },
  })
  const withCounts = (text: string, found: BySeverity | undefined) =>
    found ? `${text}; ${formatCounts(found)}` : text
  const rightCuts = compare(figures?.day, bucketed, 'the severity thresholds are right')
  return {
    own: figures?.day,
    findings: [
      finding(
        "2. a tenant's counts, 15 searches in one document",
        withCounts(counts.text, figures?.day),
        auto,
      ),
      finding("3. the same by the server's buckets", withCounts(buckets.text, bucketed), rightCuts),
      finding(
        '4. the same by an aggregation in the query',
        aggregate.text,
        'whether one search can replace 15.',
      ),
    ],
  }
}

/** 5 to 7. Counts all tenants at once, with three ways to name the account. */
async function countAll(
  ask: Ask,
  about: { subject: string; own: BySeverity | undefined; identity: Identity; ids: readonly string[] },
  now: () => number,
): Promise<string[]> {
  const { subject, own, identity } = about
  const known = new Set(about.ids.map(id => id.toLowerCase()))
  const header = identity.idType === 'tenant' ? 'x-tenant-id' : `x-${identity.idType}-id`

  async function count(title: string, headers: Readonly<Record<string, string>>, withAdvice = false) {
    const reply = await ask(headers, allTenantsDocument, allTenantsVariables(now()))
    const all = readReply(reply, readAllTenants)
    const named = [...(all?.keys() ?? [])].filter(id => known.has(id)).length
    const rows = all ? `; tenants: ${all.size}, with their id in Sophos Central: ${named}` : ''
    const row = all?.get(subject.toLowerCase())
    const use = row && own && isSame(row, own) ? 'could replace one request for each' : 'does not work'
    const advice = withAdvice ? ` One request for all moved tenants ${use}.` : ''
    const settles = compare(own, row, 'it matches the tenant alone')
    return finding(title, `${reply.text}${rows}`, `${settles}${advice}`)
  }

  const findings = [
    await count('5. counts by tenant, for one tenant', ofTenant(subject)),
    await count('6. counts by tenant, with the account in X-Tenant-ID', ofTenant(identity.id), true),
    await count(`7. counts by tenant, with the account in ${header}`, { [header]: identity.id }),
  ]
  const context = await ask(ofTenant(subject), contextDocument)
  const settles = 'whether the service shows which tenants a request covers (400: it does not).'
  return [...findings, finding('7. the context of the request', context.text, settles)]
}
