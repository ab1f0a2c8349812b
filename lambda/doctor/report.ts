import * as v from 'valibot'
import { findings } from './finding.ts'

const finding = v.picklist(findings)
const number = v.pipe(v.number(), v.integer(), v.minValue(0))
/** How many answers came to each finding; those that none came to are left out. */
const byFinding = v.record(v.string(), number)
const numbers = v.record(v.string(), number)

/**
 * What the doctor found with one credential: one entry of `sources` in access-report.json. Times are ISO 8601, UTC.
 *
 * - `result`: `complete`, `partial` (ended for want of time or budget: see `message`), `failed` (no token, no identity or
 *   no list: there are no tenants in it)
 * - `identity`: whose credential it is; Sophos tells no name. null where it could not be had
 * - `listing`: all listed tenants, by region ('' where none is told) and by the status that Sophos gives; null where
 *   there is no list
 * - `summary.byFinding` is the sum of all `apis[].byFinding`. `toMend` and `toKnow` are the numbers of remedies with
 *   `mend` true and false
 * - `apis`: those that were asked. `level` `credential` and `account` were asked once, `tenant` for every one of `tenants`:
 *   their `byFinding` add up to `summary.examined`. `use`: `always` (the dashboard stands on it), `fallback`, `none`
 * - `tenants`: the examined ones, those with trouble first. `findings` holds every API with level `tenant`
 * - `remedies`: `api` is an id, or `all` where these tenants have the same finding for every API. What a missing licence
 *   refuses is told once, for the first API that needs it. `tenants` is how many of them the remedy is for, 0 for what was
 *   asked once. `examples`: at most three answers, as Sophos' support asks for them
 *
 * Of 2,500 tenants, all examined, it takes 0.8 MB, and a tenth of that compressed, as it is served.
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
    v.object({ tenants: number, isComplete: v.boolean(), byRegion: numbers, byStatus: numbers }),
  ),
  calls: v.object({ made: number, retries: number, throttled: number }),
  summary: v.object({ toMend: number, toKnow: number, examined: number, byFinding }),
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
      tenants: number,
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
