import { type Api, type ApiId, catalogue } from './catalogue.ts'
import { type Answers, type Evidence, type Finding, findings } from './finding.ts'
import { remedyText, type Trouble } from './remedy-text.ts'
import type { Remedy } from './report.ts'

type Examined = {
  readonly id: string
  readonly name: string
  readonly region: string
  readonly answers: Answers
}

type Case = { readonly tenant: Examined | undefined; readonly evidence: Evidence }

const mostExamples = 3

/**
 * Returns one remedy for each finding and API, or for each finding if it is the same for all of a tenant's APIs. What the
 * dashboard needs comes first, and within that what concerns the most tenants.
 */
export function remediesFor(once: Answers, tenants: readonly Examined[]): Remedy[] {
  const cases = new Map<Trouble, Map<ApiId | 'all', Case[]>>()
  function add(tenant: Examined | undefined, answers: Iterable<readonly [ApiId | 'all', Evidence]>): void {
    for (const [api, evidence] of answers) {
      if (!isTrouble(evidence.finding)) continue
      const ofFinding = cases.get(evidence.finding) ?? new Map<ApiId | 'all', Case[]>()
      const found = ofFinding.get(api) ?? []
      found.push({ tenant, evidence })
      cases.set(evidence.finding, ofFinding.set(api, found))
    }
  }
  add(undefined, once)
  for (const tenant of tenants) add(tenant, withoutRepeats(tenant.answers))
  return [...cases]
    .flatMap(([finding, ofFinding]) => [...ofFinding].map(([api, found]) => toRemedy(finding, api, found)))
    .sort((one, other) => rank(one) - rank(other) || other.tenants - one.tenants)
}

const isTrouble = (finding: Finding): finding is Trouble => finding !== 'works'

/** Reports the same trouble of a tenant once: a missing licence, for example, for the first API that needs it. */
function withoutRepeats(answers: Answers): (readonly [ApiId | 'all', Evidence])[] {
  const given = [...answers]
  const [first] = given
  if (first && given.every(([, { finding }]) => finding === first[1].finding)) return [['all', first[1]]]
  const reported = new Set<Finding>()
  return given.flatMap(([api, evidence]) => {
    const { finding } = evidence
    const once = finding === 'not_licensed' || finding === 'not_tried'
    if (once && reported.has(finding)) return []
    reported.add(finding)
    return [[finding === 'not_tried' ? 'all' : api, evidence] as const]
  })
}

/** What was not tried may be fine, and the collector handles moved tenants. */
const needsNoAction: readonly Finding[] = ['not_tried', 'moved']

function toRemedy(finding: Trouble, apiId: ApiId | 'all', found: readonly Case[]): Remedy {
  const api: Api | undefined = catalogue.find(({ id }) => id === apiId)
  const concerned = found.flatMap(({ tenant }) => tenant ?? [])
  return {
    finding,
    api: apiId,
    tenants: concerned.length,
    regions: [...new Set(concerned.map(({ region }) => region))].filter(Boolean).sort(),
    // An API that the dashboard does not need asks for no action either.
    mend: !needsNoAction.includes(finding) && (api === undefined || api.use === 'always'),
    text: found[0]?.evidence.remedy ?? remedyText(finding, api),
    examples: found.slice(0, mostExamples).map(toExample),
  }
}

function toExample({ tenant, evidence }: Case): Remedy['examples'][number] {
  const { finding: _, remedy: __, at, ...details } = evidence
  return {
    ...(tenant && { tenant: tenant.id, name: tenant.name }),
    ...details,
    at: new Date(at).toISOString(),
  }
}

const rank = ({ mend, api, finding }: Remedy): number => {
  const place = catalogue.findIndex(({ id }) => id === api)
  return (mend ? 0 : 10_000) + (finding === 'not_tried' ? 5_000 : 0) + place * 20 + findings.indexOf(finding)
}
