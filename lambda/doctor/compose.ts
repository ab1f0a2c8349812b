import { formatDuration } from '../publish/duration.ts'
import type { CallTally } from '../sophos/sender.ts'
import { catalogue } from './catalogue.ts'
import type { CredentialCheck } from './check-credential.ts'
import { type Answers, type Evidence, type Finding, findings } from './finding.ts'
import { remediesFor } from './remedies.ts'
import type { SourceReport } from './report.ts'
import type { Candidate } from './sample.ts'

/** Everything one run of the doctor learned. Times in ms. */
export type DoctorRun = {
  readonly source: string
  readonly version: string
  readonly demo: boolean
  readonly scope: SourceReport['scope']
  readonly startedAt: number
  readonly endedAt: number
  readonly credential: CredentialCheck
  readonly tokenLifeSeconds: number | undefined
  readonly account: Answers
  readonly examined: readonly { readonly tenant: Candidate; readonly answers: Answers }[]
  readonly endedBy: string | undefined
  readonly calls: CallTally
}

export function composeReport(run: DoctorRun): SourceReport {
  const { credential, account } = run
  const { identity, list } = credential
  const once: Answers = new Map([...credential.answers, ...account])
  const tenants = run.examined.map(({ tenant: { id, name, region = '' }, answers }) => ({
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
    source: run.source,
    version: run.version,
    demo: run.demo,
    startedAt: new Date(run.startedAt).toISOString(),
    writtenAt: new Date(run.endedAt).toISOString(),
    scope: run.scope,
    result: list ? (run.endedBy ? 'partial' : 'complete') : 'failed',
    message: summarize(run, summary),
    identity: identity
      ? { idType: identity.idType, id: identity.id, tokenLifeSeconds: run.tokenLifeSeconds ?? null }
      : null,
    listing: list
      ? {
          tenants: list.tenants.length,
          isComplete: list.isComplete,
          byRegion: tally(list.tenants.map(({ region = '' }) => region)),
          byStatus: { ...list.byStatus },
        }
      : null,
    calls: { ...run.calls },
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

/** Ranks tenants with trouble first, and among these the ones whose detection counts are affected. */
function trouble(found: Readonly<Record<string, Finding>>): number {
  const used = found['detections-counts']
  const isWrong = (finding: Finding | undefined) => finding !== 'works' && finding !== 'not_tried'
  return (isWrong(used) ? 2 : 0) + (Object.values(found).some(isWrong) ? 1 : 0)
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Counts equal values. Findings come first, in their own order; other values are sorted by name. */
function tally(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const order: readonly string[] = findings
  const place = (value: string) => order.indexOf(value)
  return Object.fromEntries(
    [...counts].sort(([one], [other]) => place(one) - place(other) || compare(one, other)),
  )
}

function summarize(run: DoctorRun, { toMend, examined }: SourceReport['summary']): string {
  const { answers, identity, list } = run.credential
  const stuck = [...answers].find(([, { finding }]) => finding !== 'works')
  if (!identity || !list) {
    const name = catalogue.find(({ id }) => id === stuck?.[0])?.name ?? 'The credential'
    const why = stuck?.[1].message ? `: ${stuck[1].message}` : ''
    return `${name} failed${why}${why.endsWith('.') ? '' : '.'} No tenant was examined.`
  }
  const took = formatDuration(run.endedAt - run.startedAt)
  const what = toMend === 0 ? 'no problems found' : toMend === 1 ? '1 problem' : `${toMend} problems`
  const end = run.endedBy ? ` It ended early: ${run.endedBy.replace(/\.$/, '')}.` : ''
  const total = list.tenants.length
  return `Examined ${examined} of ${total} ${total === 1 ? 'tenant' : 'tenants'} in ${took}: ${what}.${end}`
}
