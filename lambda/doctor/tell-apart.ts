import { type ApiId, type TenantApi, tenantApis } from './catalogue.ts'
import type { Evidence } from './finding.ts'

/** The answers for one tenant, by API. */
export type Answers = ReadonlyMap<ApiId, Evidence>

/**
 * Tells what each 403 means, by what else the same tenant and the same API answered. Sophos' own answer does not tell: the
 * body of a tenant without licence was never published, and that of one that is not managed says "Forbidden"
 * (github.com/sophos/sophos-central-api-connector, issue 9). Where the pattern does not tell either, it stays `forbidden`.
 */
export function tellApart<K>(tenants: ReadonlyMap<K, Answers>): Map<K, Answers> {
  const all = [...tenants.values()]
  const working = tenantApis.filter(({ id }) => all.some(answers => answers.get(id)?.finding === 'works'))
  const someWork = working.length > 0
  const licenceSeen = working.some(({ licence }) => licence === 'xdr')
  const unmanaged = new Set(all.filter(answers => someWork && isClosed(answers)))
  /** Nobody may: of two or more who were asked and are managed, each was refused. */
  const closed = new Set<ApiId>(
    tenantApis
      .filter(({ id }) => {
        const told = all.filter(answers => !unmanaged.has(answers) && isTelling(answers.get(id)))
        return told.length >= 2 && told.every(answers => answers.get(id)?.finding === 'forbidden')
      })
      .map(({ id }) => id),
  )

  function meaning(answers: Answers, id: ApiId, { message = '' }: Evidence): Evidence['finding'] {
    if (/licen[cs]e/i.test(message)) return 'not_licensed'
    if (unmanaged.has(answers)) return 'not_managed'
    const needsLicence = tenantApis.find(api => api.id === id)?.licence === 'xdr'
    // Another API that needs the same licence works here, so a licence there is.
    if (needsLicence && siblings(id).some(other => answers.get(other)?.finding === 'works'))
      return 'no_permission'
    if (!needsLicence) return closed.has(id) && someWork ? 'no_permission' : 'forbidden'
    // Refused here and not everywhere, together with all that needs the licence, while the rest answers.
    const refused = [id, ...siblings(id)].map(other => answers.get(other)).filter(isTelling)
    const isOpenElsewise = tenantApis.some(
      api => api.licence === 'none' && answers.get(api.id)?.finding === 'works',
    )
    const isTheLicence = refused.length >= 2 && refused.every(answer => answer?.finding === 'forbidden')
    return licenceSeen && isTheLicence && isOpenElsewise ? 'not_licensed' : 'forbidden'
  }

  const told = (answers: Answers): Answers =>
    new Map(
      [...answers].map(([id, evidence]) => [
        id,
        evidence.finding === 'forbidden'
          ? { ...evidence, finding: meaning(answers, id, evidence) }
          : evidence,
      ]),
    )
  return new Map([...tenants].map(([key, answers]) => [key, told(answers)]))
}

/** The other APIs that need the same licence. */
const siblings = (id: ApiId): TenantApi['id'][] =>
  tenantApis.filter(api => api.licence === 'xdr' && api.id !== id).map(api => api.id)

/** Whether an answer says something about permissions at all. */
const isTelling = (answer: Evidence | undefined): boolean =>
  answer?.finding === 'works' || answer?.finding === 'forbidden'

/** Every API that answered refused, and that was more than one. */
function isClosed(answers: Answers): boolean {
  const told = [...answers.values()].filter(isTelling)
  return told.length >= 2 && told.every(({ finding }) => finding === 'forbidden')
}

/** A 403 of what was asked once, for the credential or the partner: there is no tenant that could be the cause. */
export const asOfNobody = (answers: Answers): Answers =>
  new Map(
    [...answers].map(([id, evidence]) => [
      id,
      evidence.finding === 'forbidden' ? { ...evidence, finding: 'no_permission' } : evidence,
    ]),
  )

/** Counts that were answered without an error, and are not to be believed. */
export function doubt(answers: Answers, finding: 'stale' | 'moved', message: string): Answers {
  const counts = answers.get('detections-counts')
  if (counts?.finding !== 'works') return answers
  return new Map([...answers, ['detections-counts', { ...counts, finding, message }]])
}
