import { formatDuration } from '../publish/duration.ts'
import type { CallTally } from '../sophos/sender.ts'
import { catalogue } from './catalogue.ts'
import { type Evidence, type Finding, findings } from './finding.ts'
import type { Introduction } from './introduce.ts'
import { remediesFor } from './remedies.ts'
import type { SourceReport } from './report.ts'
import type { Candidate } from './sample.ts'
import type { Answers } from './tell-apart.ts'

/** All that a visit learnt. Times in ms. */
export type Visit = {
  readonly source: string
  readonly version: string
  readonly demo: boolean
  readonly scope: SourceReport['scope']
  readonly startedAt: number
  readonly endedAt: number
  readonly introduction: Introduction
  readonly tokenLifeSeconds: number | undefined
  readonly account: Answers
  /** The tenants that were examined, and what they answered. */
  readonly examined: readonly { readonly tenant: Candidate; readonly answers: Answers }[]
  readonly endedBy: string | undefined
  readonly calls: CallTally
}

/** Puts what was learnt into the shape of the report. */
export function composeReport(visit: Visit): SourceReport {
  const { introduction, account } = visit
  const { identity, list } = introduction
  const once: Answers = new Map([...introduction.answers, ...account])
  const tenants = visit.examined.map(({ tenant: { id, name, region = '' }, answers }) => ({
    id,
    name,
    region,
    answers,
  }))
  const answersOf = (api: (typeof catalogue)[number]): Evidence[] =>
    [once, ...tenants.map(({ answers }) => answers)].flatMap(answers => answers.get(api.id) ?? [])
  const apis = catalogue
    .map(api => ({ api, answers: answersOf(api) }))
    .filter(({ answers }) => answers.length > 0)
    .map(({ api: { id, name, level, use, method, path, needs, documentedAs }, answers }) => ({
      ...{ id, name, level, use, method, path, needs, documentedAs },
      byFinding: tally(answers.map(({ finding }) => finding)),
    }))
  const remedies = remediesFor(once, tenants)
  const toMend = remedies.filter(({ mend }) => mend).length
  const summary = {
    toMend,
    toKnow: remedies.length - toMend,
    examined: tenants.length,
    byFinding: tally([once, ...tenants.map(({ answers }) => answers)].flatMap(findingsOf)),
  }
  return {
    source: visit.source,
    version: visit.version,
    demo: visit.demo,
    startedAt: new Date(visit.startedAt).toISOString(),
    writtenAt: new Date(visit.endedAt).toISOString(),
    scope: visit.scope,
    result: list ? (visit.endedBy ? 'partial' : 'complete') : 'failed',
    message: conclude(visit, summary),
    identity: identity
      ? { idType: identity.idType, id: identity.id, tokenLifeSeconds: visit.tokenLifeSeconds ?? null }
      : null,
    listing: list
      ? {
          tenants: list.tenants.length,
          isComplete: list.isComplete,
          byRegion: tally(list.tenants.map(({ region = '' }) => region)),
          byStatus: { ...list.byStatus },
        }
      : null,
    calls: { ...visit.calls },
    summary,
    apis,
    tenants: tenants
      .map(({ answers, ...tenant }) => ({
        ...tenant,
        findings: Object.fromEntries([...answers].map(([api, { finding }]) => [api, finding])),
      }))
      .sort((one, other) => trouble(other.findings) - trouble(one.findings) || compare(one.name, other.name)),
    remedies,
  }
}

const findingsOf = (answers: Answers): Finding[] => [...answers.values()].map(({ finding }) => finding)

/** Those with trouble first, and of these the ones whose trouble stands in the way of the dashboard. */
function trouble(found: Readonly<Record<string, Finding>>): number {
  const used = found['detections-counts']
  const isWrong = (finding: Finding | undefined) => finding !== 'works' && finding !== 'not_tried'
  return (isWrong(used) ? 2 : 0) + (Object.values(found).some(isWrong) ? 1 : 0)
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** In the order of `order` where it is one of findings, else by name; nothing that did not occur. */
function tally(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const order: readonly string[] = findings
  const place = (value: string) => order.indexOf(value)
  return Object.fromEntries(
    [...counts].sort(([one], [other]) => place(one) - place(other) || compare(one, other)),
  )
}

/** What it came to, in plain sentences. */
function conclude(visit: Visit, { toMend, examined }: SourceReport['summary']): string {
  const { answers, identity, list } = visit.introduction
  const stuck = [...answers].find(([, { finding }]) => finding !== 'works')
  if (!identity || !list) {
    const name = catalogue.find(({ id }) => id === stuck?.[0])?.name ?? 'The credential'
    const said = stuck?.[1].message ? `: ${stuck[1].message}` : ''
    return `${name} could not be had${said}${said.endsWith('.') ? '' : '.'} No tenant was examined.`
  }
  const took = formatDuration(visit.endedAt - visit.startedAt)
  const what =
    toMend === 0 ? 'nothing to mend' : toMend === 1 ? '1 thing to mend' : `${toMend} things to mend`
  const end = visit.endedBy ? ` It ended early: ${visit.endedBy.replace(/\.$/, '')}.` : ''
  const total = list.tenants.length
  return `Examined ${examined} of ${total} ${total === 1 ? 'tenant' : 'tenants'} in ${took}: ${what}.${end}`
}
