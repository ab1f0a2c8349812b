import { type ApiId, type TenantApi, tenantApis } from './catalogue.ts'
import type { Answers, Evidence } from './finding.ts'

/**
 * Finds out what each 403 means, from the other answers of the same tenant and of the same API. Sophos' answer itself does
 * not say: the body for a tenant without a licence was never published, and the one for a tenant that is not managed says
 * "Forbidden" (github.com/sophos/sophos-central-api-connector, issue 9). If the pattern is not clear, it stays `forbidden`.
 */
export function explainRefusals<K>(tenants: ReadonlyMap<K, Answers>): Map<K, Answers> {
  const all = [...tenants.values()]
  const working = tenantApis.filter(({ id }) => all.some(answers => answers.get(id)?.finding === 'works'))
  const someWork = working.length > 0
  const licenceSeen = working.some(({ licence }) => licence === 'xdr')
  const unmanaged = new Set(all.filter(answers => someWork && isClosed(answers)))
  /** APIs that two or more managed tenants were asked for, and all of them refused. */
  const closed = new Set<ApiId>(
    tenantApis
      .filter(({ id }) => {
        const clear = all.filter(answers => !unmanaged.has(answers) && isAboutPermission(answers.get(id)))
        return clear.length >= 2 && clear.every(answers => answers.get(id)?.finding === 'forbidden')
      })
      .map(({ id }) => id),
  )

  function meaning(answers: Answers, id: ApiId, { message = '' }: Evidence): Evidence['finding'] {
    if (/licen[cs]e/i.test(message)) return 'not_licensed'
    if (unmanaged.has(answers)) return 'not_managed'
    const needsLicence = tenantApis.find(api => api.id === id)?.licence === 'xdr'
    // Another API that needs the same licence works here, so the tenant has it.
    if (needsLicence && siblings(id).some(other => answers.get(other)?.finding === 'works'))
      return 'no_permission'
    if (!needsLicence) return closed.has(id) && someWork ? 'no_permission' : 'forbidden'
    // This tenant refuses everything that needs the licence, answers the rest, and other tenants have the licence.
    const withLicence = [id, ...siblings(id)].map(other => answers.get(other)).filter(isAboutPermission)
    const restWorks = tenantApis.some(
      api => api.licence === 'none' && answers.get(api.id)?.finding === 'works',
    )
    const allRefused = withLicence.length >= 2 && withLicence.every(answer => answer?.finding === 'forbidden')
    return licenceSeen && allRefused && restWorks ? 'not_licensed' : 'forbidden'
  }

  const explain = (answers: Answers): Answers =>
    new Map(
      [...answers].map(([id, evidence]) => [
        id,
        evidence.finding === 'forbidden'
          ? { ...evidence, finding: meaning(answers, id, evidence) }
          : evidence,
      ]),
    )
  return new Map([...tenants].map(([key, answers]) => [key, explain(answers)]))
}

/** The other APIs that need the same licence. */
const siblings = (id: ApiId): TenantApi['id'][] =>
  tenantApis.filter(api => api.licence === 'xdr' && api.id !== id).map(api => api.id)

const isAboutPermission = (answer: Evidence | undefined): boolean =>
  answer?.finding === 'works' || answer?.finding === 'forbidden'

/** Whether at least two APIs say something about permission, and all of those refused. */
function isClosed(answers: Answers): boolean {
  const clear = [...answers.values()].filter(isAboutPermission)
  return clear.length >= 2 && clear.every(({ finding }) => finding === 'forbidden')
}

/** For questions about the credential or the partner: no tenant is involved, so a 403 can only mean a missing permission. */
export const refusalsAsNoPermission = (answers: Answers): Answers =>
  new Map(
    [...answers].map(([id, evidence]) => [
      id,
      evidence.finding === 'forbidden' ? { ...evidence, finding: 'no_permission' } : evidence,
    ]),
  )

/** Marks counts that came without an error and are probably wrong. */
export function markDoubtful(answers: Answers, finding: 'stale' | 'moved', message: string): Answers {
  const counts = answers.get('detections-counts')
  if (counts?.finding !== 'works') return answers
  return new Map([...answers, ['detections-counts', { ...counts, finding, message }]])
}
