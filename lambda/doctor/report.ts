import * as v from 'valibot'
import { count } from '../schemas.ts'
import { findings } from './finding.ts'

const finding = v.picklist(findings)
const counts = v.record(v.string(), count)
/** How many answers have each finding; findings without any are left out. */
const byFinding = counts

/**
 * The doctor's report on one credential: one entry of `sources` in access-report.json. Times are ISO 8601, UTC.
 *
 * - `result`: `complete`, `partial` (ended early: see `message`), `failed` (no token, no identity or no list, so no tenants)
 * - `identity`: the owner of the credential, null if unknown. Sophos gives no name
 * - `listing`: all listed tenants, by region ('' if unknown) and by Sophos' status; null without a list
 * - `summary.byFinding` is the sum of all `apis[].byFinding`. `toMend` and `toKnow` are the numbers of remedies with
 *   `mend` true and false
 * - `apis`: those that were called. `level` `credential` and `account` were called once, `tenant` once for each of
 *   `tenants`: their `byFinding` add up to `summary.examined`. `use`: `always` (the dashboard needs it), `fallback`, `none`
 * - `tenants`: the examined ones, those with trouble first. `findings` holds every API with level `tenant`
 * - `remedies`: `api` is an id, or `all` if these tenants have the same finding for every API. A missing licence is reported
 *   once, for the first API that needs it. `tenants` is how many tenants it concerns, 0 for an API that was called once.
 *   `examples`: at most three answers, with what Sophos support asks for
 *
 * With 2,500 examined tenants it takes 0.8 MB; compressed, as it is served, a tenth of that.
 */
export const sourceReportSchema = v.object({
  source: v.string(),
  version: v.string(),
  demo: v.boolean(),
  startedAt: v.string(),
  writtenAt: v.string(),
  scope: v.picklist(['sample', 'all']),
  result: v.picklist(['complete', 'partial', 'failed']),
  message: v.string(),
  identity: v.nullable(
    v.object({
      idType: v.picklist(['partner', 'organization', 'tenant']),
      id: v.string(),
      tokenLifeSeconds: v.nullable(v.number()),
    }),
  ),
  listing: v.nullable(
    v.object({ tenants: count, isComplete: v.boolean(), byRegion: counts, byStatus: counts }),
  ),
  calls: v.object({ made: count, retries: count, throttled: count }),
  summary: v.object({ toMend: count, toKnow: count, examined: count, byFinding }),
  apis: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      level: v.picklist(['credential', 'account', 'tenant']),
      use: v.picklist(['always', 'fallback', 'none']),
      method: v.string(),
      path: v.string(),
      needs: v.string(),
      documentedAs: v.string(),
      byFinding,
    }),
  ),
  tenants: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      region: v.string(),
      findings: v.record(v.string(), finding),
    }),
  ),
  remedies: v.array(
    v.object({
      finding,
      api: v.string(),
      tenants: count,
      regions: v.array(v.string()),
      mend: v.boolean(),
      text: v.string(),
      examples: v.array(
        v.object({
          tenant: v.optional(v.string()),
          name: v.optional(v.string()),
          status: v.optional(v.number()),
          message: v.optional(v.string()),
          correlationId: v.optional(v.string()),
          at: v.string(),
        }),
      ),
    }),
  ),
})

export type SourceReport = v.InferOutput<typeof sourceReportSchema>
export type Remedy = SourceReport['remedies'][number]

/** access-report.json: `schemaVersion` 1, and the latest report of each source, in the order of their names. */
export type AccessReport = { readonly schemaVersion: 1; readonly sources: readonly SourceReport[] }
