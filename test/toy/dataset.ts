import * as v from 'valibot'
import type { Dataset } from '../../lambda/asking/dataset.ts'
import type { Endpoint } from '../../lambda/asking/endpoints.ts'
import { endsTheRun, outcomeOf, whyNotAsked } from '../../lambda/asking/outcome.ts'
import { time } from '../../lambda/publish/csv.ts'
import { count } from '../../lambda/schemas.ts'
import { parseBody } from '../../lambda/sophos/answers.ts'
import { hostRule } from '../../lambda/sophos/hosts.ts'
import type { ListedTenant } from '../../lambda/sophos/tenants.ts'
import { type FurtherOutcome, furtherAnswers } from '../../lambda/tenants/further-answers.ts'

const figuresSchema = v.object({ toys: count })
type Figures = v.InferOutput<typeof figuresSchema>

const answers = furtherAnswers('toys', figuresSchema)
const endpoint: Endpoint = { name: 'toys', tries: 2, silence: 'has given no toys' }

/** How many toys a tenant has: a dataset that exists in the tests only, asked once an hour. */
export const toys: Dataset = {
  name: 'toys',
  file: 'toys.csv',
  columns: [
    ['ID', tenant => tenant.id],
    ['Toys', tenant => answers.of(tenant)?.figures?.toys],
    ['Name', tenant => tenant.name],
    ['Status', tenant => answers.of(tenant)?.status ?? 'pending'],
    ['Reason', tenant => answers.of(tenant)?.reason],
    ['Collected_At', tenant => time(answers.of(tenant)?.collectedAt)],
    ['Source', tenant => tenant.source],
  ],
  community: undefined,
  worstFirst: (a, b) => (answers.of(b)?.figures?.toys ?? -1) - (answers.of(a)?.figures?.toys ?? -1),
  everyMs: 3_600_000,
  calls: 1,
  asks: () => true,
  weight: () => 1,
  restMs: () => undefined,
  triedAt: tenant => answers.of(tenant)?.triedAt,
  status: tenant => answers.of(tenant)?.status ?? 'pending',
  collectedAt: tenant => answers.of(tenant)?.collectedAt,
  open({ client, endpoints, clock, settings }) {
    const checkHost = hostRule(settings.apiUrl)

    async function fetch(tenant: ListedTenant): Promise<FurtherOutcome<Figures>> {
      const why = whyNotAsked(tenant)
      if (why) return { at: clock.now(), ...why }
      const { id, region, apiHost = '' } = tenant
      const host = checkHost(apiHost)
      const guarded = client.guardedBy(endpoints.guard(host, endpoint, `Region ${region}`))
      const body = await guarded.get({ host, path: '/toy/v1/toys', headers: { 'x-tenant-id': id } })
      return { at: clock.now(), status: 'ok', figures: parseBody(figuresSchema, body, 'toys') }
    }
    return {
      async ask(tenant) {
        const outcome = await fetch(tenant).catch((error: unknown) => {
          if (endsTheRun(error)) throw error
          return outcomeOf(error, clock.now(), 'toys')
        })
        return { status: outcome.status, mergeInto: before => answers.merge(before, outcome) }
      },
      takePostponed: () => [],
    }
  },
}
