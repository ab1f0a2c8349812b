import * as v from 'valibot'
import { notFound, Refusal } from '../answers.ts'
import { type Call, instant, ok, onlyParameters, page, refuse, wholeNumber } from '../call.ts'
import { type Central, tenantOf } from '../central.ts'
import type { Detection } from '../detections.ts'
import { detectionId, detectionRule, filtered } from '../filters.ts'
import { hash, pick, uuid } from '../hash.ts'
import type { Route } from '../route.ts'
import type { Run } from '../runs.ts'
import { visible } from './counts.ts'

const dayMs = 24 * 3_600_000
const path = '/detections/v1/queries/detections'

const Question = v.strictObject({
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  severity: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10)))),
  type: v.optional(v.array(v.picklist(['process', 'threat', 'vulnerability']))),
  detectionRule: v.optional(v.string()),
  ids: v.optional(v.array(v.string())),
  showSuppressed: v.optional(v.boolean()),
  sort: v.optional(
    v.array(
      v.strictObject({ field: v.picklist(['time', 'severity']), direction: v.picklist(['asc', 'desc']) }),
    ),
  ),
})

/** The query API: start a run, poll until it is finished, read its results by page. */
export const runsRoutes: readonly Route[] = [
  {
    name: 'runStart',
    method: 'POST',
    path,
    on: 'tenant',
    answer(call, central) {
      const tenant = tenantOf(central, call, { licence: true })
      onlyParameters(call, [])
      const question = readQuestion(call)
      const to = instant(call, 'to', question.to) ?? call.now
      const from = instant(call, 'from', question.from) ?? to - dayMs
      if (from >= to) refuse(call, '"from" must be before "to".')
      if (to - from > 30 * dayMs) refuse(call, 'At most 30 days can be searched at once.')
      const found = [...filtered(visible(central, tenant, from, to, call.now), question)]
      const ordered = found.toSorted(order(question.sort ?? [{ field: 'time', direction: 'desc' }]))
      const ending = call.faults.find(fault => fault.kind === 'runResult')?.result ?? 'succeeded'
      return ok(described(central.runs.start(tenant.id, ordered, ending, call.now)), 201)
    },
  },
  {
    name: 'runStatus',
    method: 'GET',
    path: `${path}/:id`,
    on: 'tenant',
    answer(call, central, id) {
      onlyParameters(call, [])
      const run = runOf(call, central, id)
      central.runs.poll(run, call.now)
      return ok(described(run))
    },
  },
  {
    name: 'runResults',
    method: 'GET',
    path: `${path}/:id/results`,
    on: 'tenant',
    answer(call, central, id) {
      onlyParameters(call, ['page', 'pageSize'])
      const run = runOf(call, central, id)
      if (run.finishedAt === undefined || run.result !== 'succeeded')
        refuse(call, 'The run has no results: it is not finished or it failed.')
      const current = wholeNumber(call, 'page', 1, 1, 1_000_000)
      const asked = wholeNumber(call, 'pageSize', 50, 1, 1_000_000)
      // Sources differ on the largest size (50, 100, 2,000). Larger sizes are reduced without an error, so a client
      // must check.
      const size = Math.min(asked, central.resultsMaxSize)
      const { rows, total } = page(run.found, current, size)
      return ok({
        items: rows.map(item),
        pages: { current, size, ...total, maxSize: central.resultsMaxSize },
      })
    },
  },
]

function readQuestion(call: Call): v.InferOutput<typeof Question> {
  if (!/^application\/json\b/i.test(call.headers['content-type'] ?? ''))
    refuse(call, 'The body must be application/json.')
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Question), call.body)
  if (!parsed.success) refuse(call, `The body is not a detections query: ${parsed.issues[0].message}`)
  return parsed.output
}

function order(sort: readonly { field: 'time' | 'severity'; direction: 'asc' | 'desc' }[]) {
  return (one: Detection, other: Detection): number => {
    for (const { field, direction } of sort) {
      const difference = field === 'time' ? one.time - other.time : one.level - other.level
      if (difference !== 0) return direction === 'asc' ? difference : -difference
    }
    return 0
  }
}

function runOf(call: Call, central: Central, id: string): Run {
  const tenant = tenantOf(central, call, { licence: true })
  const run = central.runs.find(id, tenant.id, call.now)
  if (run === undefined) throw new Refusal(notFound('There is no such run, or it has expired.', call.now))
  return run
}

function described(run: Run) {
  const finished = run.finishedAt !== undefined
  return {
    id: run.id,
    createdAt: new Date(run.createdAt).toISOString(),
    expiresAt: new Date(run.expiresAt).toISOString(),
    ...(run.finishedAt !== undefined && { finishedAt: new Date(run.finishedAt).toISOString() }),
    ...(finished && run.result === 'succeeded' && { resultCount: run.found.length }),
    result: finished ? run.result : 'notAvailable',
    status: finished ? 'finished' : run.pollsLeft > 1 ? 'pending' : 'started',
  }
}

/** A detection in the form of the results. */
function item(detection: Detection) {
  const { key } = detection
  const techniques = [
    {
      attack: 'Execution',
      id: 'TA0002',
      technique: { id: 'T1059', name: 'Command and Scripting Interpreter' },
    },
    {
      attack: 'Persistence',
      id: 'TA0003',
      technique: { id: 'T1543', name: 'Create or Modify System Process' },
    },
    { attack: 'Initial Access', id: 'TA0001', technique: { id: 'T1566', name: 'Phishing' } },
  ] as const
  const { attack, id, technique } = pick(techniques, key, 21)
  const device = pick(['computer', 'server'], key, 22)
  return {
    id: detectionId(detection),
    type: `${detection.type[0]?.toUpperCase()}${detection.type.slice(1)}`,
    attackType: 'Endpoint Detections',
    detectionRule: detectionRule(detection),
    detectionAttack: attack,
    severity: detection.level,
    time: new Date(detection.time).toISOString(),
    sensorGeneratedAt: new Date(detection.time - (hash(key, 23) % 60_000)).toISOString(),
    sensor: { id: uuid(key, 24), type: 'endpoint', source: 'Sophos', version: '2026.3' },
    device: {
      id: uuid(key, 25),
      type: device,
      entity: `${device === 'server' ? 'SRV' : 'PC'}-${hash(key, 26) % 400}`,
    },
    mitreAttacks: [{ tactic: { id, name: attack, techniques: [technique] } }],
    geolocation: [],
    rawData: {},
    suppressed: false,
    detectionLicenses: '["MTR","XDR"]',
  }
}
