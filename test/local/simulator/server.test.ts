import { afterEach, describe, expect, it } from 'vitest'
import { severities } from '../../../local/simulator/detections.ts'
import { hostileNames } from '../../../local/simulator/distort.ts'
import type { SimulatorOptions } from '../../../local/simulator/options.ts'
import { type Simulator, startSimulator } from '../../../local/simulator/server.ts'

const hourMs = 3_600_000
const noon = Date.UTC(2026, 5, 3, 12, 20)
const countsPath = '/detections/v1/queries/detections/counts'
const runPath = '/detections/v1/queries/detections'

let sim: Simulator
let now = noon
let bearer = ''

afterEach(() => sim.close())

/** Starts a simulator without rate limits, with a fixed clock, and gets a token. */
async function start(options: SimulatorOptions = {}): Promise<void> {
  now = noon
  sim = await startSimulator({ tenants: 12, rateLimits: '', clock: () => now, ...options })
  const { status, json } = await token()
  bearer = status === 200 ? String(at(json, 'access_token')) : ''
}

const form = {
  grant_type: 'client_credentials',
  client_id: 'demo-client',
  client_secret: 'demo-secret',
  scope: 'token',
}

function token(fields: Record<string, string> = form, type = 'application/x-www-form-urlencoded') {
  const body = new URLSearchParams(fields).toString()
  return call('/api/v2/oauth2/token', {
    method: 'POST',
    headers: { 'content-type': type },
    body,
    bearer: null,
  })
}

type CallOptions = RequestInit & { bearer?: string | null; tenant?: string; headers?: Record<string, string> }

async function call(path: string, { tenant, bearer: given, headers, ...init }: CallOptions = {}) {
  const authorization = given === undefined ? bearer : given
  const answer = await fetch(path.startsWith('http') ? path : sim.url + path, {
    ...init,
    headers: {
      ...(authorization !== null && { authorization: `Bearer ${authorization}` }),
      ...(tenant !== undefined && { 'x-tenant-id': tenant }),
      ...headers,
    },
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type') === 'application/json'
  return { status: answer.status, headers: answer.headers, text, json: isJson ? parse(text) : undefined }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Returns the value at a path such as `items.0.id`. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((inner, key) => Object(inner)[key], value)
}

function rows(value: unknown, path: string): unknown[] {
  const found = at(value, path)
  return Array.isArray(found) ? found : []
}

const listing = (query = '') =>
  call(`/partner/v1/tenants${query}`, { headers: { 'x-partner-id': sim.accountId } })

/** Returns the tenant at this position of the listing, and the address of its API. */
function tenant(index = 0) {
  const { id, region } = sim.world.tenants[index] ?? { id: '', region: '' }
  return { id, host: `/region/${region}` }
}

function counts(query = '?resolution=hour', index = 0) {
  const { id, host } = tenant(index)
  return call(`${host}${countsPath}${query}`, { tenant: id })
}

function startRun(body: unknown, index = 0) {
  const { id, host } = tenant(index)
  const headers = { 'content-type': 'application/json' }
  return call(host + runPath, { method: 'POST', tenant: id, headers, body: JSON.stringify(body) })
}

describe('the token endpoint', () => {
  it('issues a token that is valid for its lifetime, and not a millisecond longer', async () => {
    await start({ tokenLifeMs: 60_000 })
    expect((await token()).json).toMatchObject({ expires_in: 60, token_type: 'bearer' })
    now += 59_999
    expect((await call('/whoami/v1')).status).toBe(200)
    now += 1
    expect((await call('/whoami/v1')).status).toBe(401)
  })

  it.each([
    ['another secret', { ...form, client_secret: 'x' }, undefined, 401, 'oauth.invalid_client_secret'],
    ['another client', { ...form, client_id: 'x' }, undefined, 401, 'oauth.invalid_client_secret'],
    ['another grant', { ...form, grant_type: 'password' }, undefined, 400, 'oauth.invalid_grant_type'],
    ['no scope', { ...form, scope: '' }, undefined, 400, 'oauth.invalid_scope'],
    ['another content type', form, 'text/plain', 400, 'oauth.invalid_request'],
  ])('refuses %s', async (_, fields, type, status, errorCode) => {
    await start()
    const answer = await token(fields, type)
    expect([answer.status, at(answer.json, 'errorCode')]).toEqual([status, errorCode])
  })
})

describe('whoami', () => {
  it.each(['partner', 'organization'] as const)('has no data region for a %s', async idType => {
    await start({ idType })
    const { json } = await call('/whoami/v1')
    expect(json).toEqual({ id: sim.accountId, idType, apiHosts: { global: sim.url } })
  })

  it('has one for a tenant, which can read only itself', async () => {
    await start({ idType: 'tenant', tenants: [{ region: 'eu01' }, { region: 'eu01' }] })
    const { json } = await call('/whoami/v1')
    expect(json).toMatchObject({ id: tenant().id, apiHosts: { dataRegion: `${sim.url}/region/eu01` } })
    expect([(await counts('', 0)).status, (await counts('', 1)).status]).toEqual([200, 403])
  })

  it.each([null, 'made-up'])('is refused with the token %s, without a message', async given => {
    await start()
    const answer = await call('/whoami/v1', { bearer: given })
    expect(answer.status).toBe(401)
    expect(Object.keys(Object(answer.json)).toSorted()).toEqual(['correlationId', 'error', 'requestId'])
  })
})

describe('the listing of tenants', () => {
  it('has pages of 50, and totals only on request', async () => {
    await start({ tenants: 120 })
    const first = await listing()
    expect(rows(first.json, 'items')).toHaveLength(50)
    expect(at(first.json, 'pages')).toEqual({ current: 1, size: 50, maxSize: 100 })
    const last = await listing('?page=2&pageSize=100&pageTotal=true')
    expect(rows(last.json, 'items')).toHaveLength(20)
    expect(at(last.json, 'pages')).toEqual({ current: 2, size: 100, maxSize: 100, total: 2, items: 120 })
    const beyond = await listing('?page=3&pageSize=100')
    expect([beyond.status, rows(beyond.json, 'items')]).toEqual([200, []])
  })

  it('omits apiHost and showAs if a tenant has none', async () => {
    await start({
      tenants: [
        { apiHost: null, showAs: null },
        { name: 'B', showAs: 'Shown' },
      ],
    })
    const [bare, full] = rows((await listing()).json, 'items')
    expect(Object.keys(Object(bare))).not.toContain('apiHost')
    expect(Object.keys(Object(bare))).not.toContain('showAs')
    expect(full).toMatchObject({ name: 'B', showAs: 'Shown', apiHost: sim.url + tenant(1).host })
  })

  it.each([
    ['?pageSize=101', 400],
    ['?pageSize=0', 400],
    ['?page=0', 400],
    ['?page=x', 400],
    ['?page=1&page=2', 400],
    ['?pageTotal=yes', 400],
    ['?pagesize=50', 400],
  ])('refuses %s', async (query, status) => {
    await start()
    expect((await listing(query)).status).toBe(status)
  })

  it('is refused without the right header, to another type of credential, and on a regional host', async () => {
    await start()
    const asPartner = { headers: { 'x-partner-id': sim.accountId } }
    expect((await call('/partner/v1/tenants')).status).toBe(400)
    expect((await call('/partner/v1/tenants', { headers: { 'x-partner-id': 'other' } })).status).toBe(403)
    expect((await call('/organization/v1/tenants', asPartner)).status).toBe(403)
    const regional = await call('/region/eu01/partner/v1/tenants', asPartner)
    expect([regional.status, regional.json]).toEqual([504, undefined])
  })

  it('has another path for organizations', async () => {
    await start({ idType: 'organization' })
    const answer = await call('/organization/v1/tenants', { headers: { 'x-organization-id': sim.accountId } })
    expect(rows(answer.json, 'items')).toHaveLength(12)
  })
})

describe('counts', () => {
  it('of the last 24 hours are 25 buckets on the hour with the right sum', async () => {
    await start({ tenants: [{ detectionsPerDay: 2000 }] })
    const { json } = await counts()
    const buckets = rows(json, 'resolutionDetectionCounts')
    expect(buckets).toHaveLength(25)
    expect(buckets[0]).toMatchObject({
      startsAt: '2026-06-02T12:00:00.000Z',
      endsAt: '2026-06-02T13:00:00.000Z',
    })
    const truth = sim.world.counts(tenant().id, noon - 24 * hourMs, noon)
    const sum = (path: string) =>
      buckets.reduce<number>((total, bucket) => total + Number(at(bucket, path)), 0)
    expect(sum('totalCount')).toBe(truth.total)
    for (const severity of severities)
      expect(sum(`countBySeverity.${severity}`)).toBe(truth.bySeverity[severity])
    expect(sum('countByType.threat')).toBe(truth.byType.threat)
  })

  it('can begin at the requested time, and omit empty buckets', async () => {
    await start({ tenants: [{ detectionsPerDay: 8 }], buckets: { aligned: false, empty: false } })
    const buckets = rows((await counts()).json, 'resolutionDetectionCounts')
    expect(buckets.length).toBeLessThan(24)
    for (const bucket of buckets) {
      expect(at(bucket, 'startsAt')).toMatch(/:20:00\.000Z$/)
      expect(at(bucket, 'totalCount')).not.toBe(0)
    }
  })

  it('grow with time, except those of past hours', async () => {
    await start({ tenants: [{ detectionsPerDay: 2000 }] })
    const past = '?resolution=hour&from=2026-06-03T10:00:00Z&to=2026-06-03T11:00:00Z'
    const running = '?resolution=hour&from=2026-06-03T12:00:00Z&to=2026-06-03T13:00:00Z'
    const before = { past: await counts(past), running: await counts(running) }
    now += 30 * 60_000
    const after = { past: await counts(past), running: await counts(running) }
    expect(after.past.json).toEqual(before.past.json)
    const total = (answer: { json: unknown }) =>
      Number(at(answer.json, 'resolutionDetectionCounts.0.totalCount'))
    expect(total(after.running)).toBeGreaterThan(total(before.running))
  })

  it.each([
    ['', 'day', 31],
    ['?resolution=day', 'day', 31],
    ['?resolution=minute', 'minute', 60],
    ['?from=2026-06-03T00:00:00Z&to=2026-06-03T12:00:00Z', 'hour', 12],
    ['?from=2026-06-03T11:00:00Z&to=2026-06-03T12:00:00Z', 'minute', 60],
  ])('requested with "%s" are by %s', async (query, resolution, length) => {
    await start()
    const { json } = await counts(query)
    expect(at(json, 'resolution')).toBe(resolution)
    expect(rows(json, 'resolutionDetectionCounts')).toHaveLength(length)
  })

  it('can be filtered', async () => {
    await start({ tenants: [{ detectionsPerDay: 2000 }] })
    const narrow = await counts('?resolution=hour&severity=7&severity=8,9&type=threat')
    const { id } = tenant()
    const wanted = [...sim.world.detections(id, noon - 24 * hourMs, noon)].filter(
      ({ level, type }) => [7, 8, 9].includes(level) && type === 'threat',
    )
    const found = rows(narrow.json, 'resolutionDetectionCounts').map(bucket =>
      Number(at(bucket, 'totalCount')),
    )
    expect(found.reduce((sum, count) => sum + count, 0)).toBe(wanted.length)
    expect(wanted.length).toBeGreaterThan(0)
  })

  it.each([
    '?resolution=week',
    '?from=yesterday',
    '?from=2026-06-03',
    '?from=2026-06-03T12:00:00Z&to=2026-06-03T12:00:00Z',
    '?from=2026-01-01T00:00:00Z',
    '?severity=11',
    '?type=malware',
    '?username=x',
    '?resolution=hour&cache=no',
  ])('refuse %s', async query => {
    await start()
    const answer = await counts(query)
    expect([answer.status, at(answer.json, 'error')]).toEqual([400, 'badRequest'])
  })

  it.each([
    ['no licence', { access: 'unlicensed' }, 403],
    ['no managing partner', { access: 'unmanaged' }, 403],
    ['never been activated', { apiHost: null }, 403],
  ] as const)('are not had of a tenant that has %s', async (_, spec, status) => {
    await start({ tenants: [spec] })
    expect((await counts()).status).toBe(status)
  })

  it('are on the host of the tenant only', async () => {
    await start({ tenants: [{ region: 'eu02' }] })
    const { id } = tenant()
    const statuses = [
      countsPath,
      `/region/us01${countsPath}`,
      `/region/nowhere${countsPath}`,
      `/region/eu02${countsPath}`,
    ]
    const answers = await Promise.all(statuses.map(path => call(path, { tenant: id })))
    expect(answers.map(answer => answer.status)).toEqual([404, 404, 404, 200])
  })

  it('are all on one host with that option', async () => {
    await start({ apiHosts: 'one', tenants: [{ region: 'eu02' }] })
    const { id, host } = tenant()
    expect(at((await listing()).json, 'items.0.apiHost')).toBe(sim.url)
    expect((await call(countsPath, { tenant: id })).status).toBe(200)
    expect((await call(host + countsPath, { tenant: id })).status).toBe(404)
  })

  it('require a tenant id in the header', async () => {
    await start()
    const { host } = tenant()
    expect((await call(host + countsPath)).status).toBe(400)
    expect((await call(host + countsPath, { tenant: sim.accountId })).status).toBe(403)
    expect((await call(host + countsPath, { tenant: 'x', bearer: null })).status).toBe(401)
  })

  it('of a tenant that moved to Fusion repeat the day before the move, without an error', async () => {
    const movedAt = noon - 54 * hourMs
    await start({ tenants: [{ detectionsPerDay: 2000, movedAt }] })
    const total = rows((await counts()).json, 'resolutionDetectionCounts').reduce<number>(
      (sum, bucket) => sum + Number(at(bucket, 'totalCount')),
      0,
    )
    const { id } = tenant()
    expect(total).toBe(sim.world.counts(id, movedAt - 24 * hourMs, movedAt).total)
    expect(total).not.toBe(sim.world.counts(id, noon - 24 * hourMs, noon).total)
  })
})

describe('a run of the query API', () => {
  async function finish(id: string): Promise<unknown> {
    const { id: tenantId, host } = tenant()
    for (let polls = 0; polls < 9; polls += 1) {
      const { json } = await call(`${host}${runPath}/${id}`, { tenant: tenantId })
      if (at(json, 'status') === 'finished') return json
      expect(at(json, 'result')).toBe('notAvailable')
    }
    throw new Error('The run does not come to an end.')
  }

  async function results(id: string, query = '') {
    const { id: tenantId, host } = tenant()
    return call(`${host}${runPath}/${id}/results${query}`, { tenant: tenantId })
  }

  it('finds the detections that counts count, page by page', async () => {
    await start({ tenants: [{ detectionsPerDay: 400 }] })
    const started = await startRun({})
    expect(started.status).toBe(201)
    const id = String(at(started.json, 'id'))
    const end = await finish(id)
    const truth = sim.world.counts(tenant().id, noon - 24 * hourMs, noon)
    expect(end).toMatchObject({ result: 'succeeded', resultCount: truth.total })

    const first = await results(id, '?pageSize=2000')
    expect(at(first.json, 'pages')).toMatchObject({ size: 100, maxSize: 100, items: truth.total })
    const ids: unknown[] = []
    for (let page = 1; page <= Number(at(first.json, 'pages.total')); page += 1) {
      const answer = await results(id, `?pageSize=100&page=${page}`)
      ids.push(...rows(answer.json, 'items').map(item => at(item, 'id')))
    }
    expect(new Set(ids).size).toBe(truth.total)
  })

  it('applies the filters and the order', async () => {
    await start({ tenants: [{ detectionsPerDay: 2000 }], resultsMaxSize: 1000 })
    const question = { severity: [7, 8], type: ['process'], sort: [{ field: 'time', direction: 'asc' }] }
    const id = String(at((await startRun(question)).json, 'id'))
    await finish(id)
    const items = rows((await results(id, '?pageSize=1000')).json, 'items')
    expect(items.length).toBeGreaterThan(3)
    expect(items.every(item => [7, 8].includes(Number(at(item, 'severity'))))).toBe(true)
    const times = items.map(item => String(at(item, 'time')))
    expect(times).toEqual(times.toSorted())
  })

  it('has no results before its end', async () => {
    await start()
    const started = (await Promise.all([startRun({}), startRun({}), startRun({})])).find(
      ({ json }) => at(json, 'status') === 'pending',
    )
    expect((await results(String(at(started?.json, 'id')))).status).toBe(400)
  })

  it('expires after a day, and is never visible to another tenant', async () => {
    await start({ tenants: [{ region: 'eu01' }, { region: 'eu01' }], tokenLifeMs: 99 * hourMs })
    const id = String(at((await startRun({})).json, 'id'))
    await finish(id)
    const other = tenant(1)
    expect((await call(`${other.host}${runPath}/${id}/results`, { tenant: other.id })).status).toBe(404)
    expect((await results(id)).status).toBe(200)
    now += 24 * hourMs
    expect((await results(id)).status).toBe(404)
  })

  it.each([
    [{ severity: ['high'] }],
    [{ unknown: 1 }],
    [{ from: 'now' }],
    [{ from: '2026-06-03T12:00:00Z', to: '2026-06-03T11:00:00Z' }],
    ['text'],
  ])('is not started by %j', async body => {
    await start()
    expect((await startRun(body)).status).toBe(400)
  })

  it('requires JSON', async () => {
    await start()
    const { id, host } = tenant()
    const headers = { 'content-type': 'text/plain' }
    expect((await call(host + runPath, { method: 'POST', tenant: id, headers, body: '{}' })).status).toBe(400)
  })

  it('can end without success', async () => {
    await start({ tenants: [{}] })
    sim.faults.add({ kind: 'runResult', result: 'timedOut' })
    const id = String(at((await startRun({})).json, 'id'))
    const end = await finish(id)
    expect(end).toMatchObject({ result: 'timedOut' })
    expect(end).not.toHaveProperty('resultCount')
    expect((await results(id)).status).toBe(400)
  })
})

describe('the other APIs of a tenant', () => {
  const get = (path: string) => call(tenant().host + path, { tenant: tenant().id })

  it('return the health of its protection', async () => {
    await start({ tenants: [{}] })
    const { json } = await get('/account-health-check/v1/health-check?checks=protection,policy')
    expect(Object.keys(Object(at(json, 'endpoint')))).toEqual(['protection', 'policy'])
    expect(at(json, 'endpoint.protection.computer.score')).toBeTypeOf('number')
    expect(
      at((await get('/account-health-check/v1/health-check')).json, 'endpoint.exclusions.global.score'),
    ).toBeTypeOf('number')
    expect((await get('/account-health-check/v1/health-check?checks=weather')).status).toBe(400)
  })

  it('return its cases, one for each high or critical detection', async () => {
    await start({ tenants: [{ detectionsPerDay: 300 }] })
    const { json } = await get('/cases/v1/cases?createdAfter=-P7D')
    const { bySeverity } = sim.world.counts(tenant().id, noon - 7 * 24 * hourMs, noon)
    expect(at(json, 'pages.items')).toBe(bySeverity.high + bySeverity.critical)
    expect(rows(json, 'items').length).toBe(Math.min(50, bySeverity.high + bySeverity.critical))
    expect((await get('/cases/v1/cases?pageSize=5000')).status).toBe(400)
  })

  it('return its alerts, page by page', async () => {
    await start({ tenants: [{ detectionsPerDay: 300 }] })
    const ids = new Set<unknown>()
    let key: unknown = '0'
    let pages = 0
    while (key !== undefined) {
      const { json } = await get(
        `/common/v1/alerts?pageSize=100&pageFromKey=${key}&from=2026-06-01T00:00:00Z`,
      )
      for (const item of rows(json, 'items')) ids.add(at(item, 'id'))
      key = at(json, 'pages.nextKey')
      pages += 1
    }
    expect(pages).toBeGreaterThan(0)
    const detections = [...sim.world.detections(tenant().id, Date.UTC(2026, 5, 1), noon)]
    expect(ids.size).toBe(detections.filter(({ type, level }) => type === 'threat' && level >= 4).length)
  })
})

describe('Fusion', () => {
  const ask = (query: string, variables: unknown, index: number) =>
    call('/graphql', {
      method: 'POST',
      tenant: tenant(index).id,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
  const moved = { detectionsPerDay: 2000, movedAt: noon - 99 * hourMs }

  it('distinguishes a tenant that moved from one that did not', async () => {
    await start({ tenants: [moved, {}] })
    const types = async (index: number) =>
      rows(
        (await ask('{ caseTypes(arguments: {}) { types { id name } } }', {}, index)).json,
        'data.caseTypes.types',
      )
    expect([(await types(0)).length, (await types(1)).length]).toEqual([1, 0])
  })

  it('counts a severity for each alias, and returns null for no detections', async () => {
    await start({ tenants: [moved] })
    const query = `query ($h: SearchRequestInput!, $n: SearchRequestInput!) {
      high: detectionSearch(in: $h) { status alerts { total_results } }
      none: detectionSearch(in: $n) { status alerts { total_results } }
    }`
    const { json } = await ask(
      query,
      {
        h: { cql_query: 'FROM alert WHERE severity >= 0.6 AND severity < 0.8 EARLIEST=-24h', limit: 1 },
        n: {
          cql_query:
            "FROM alert WHERE severity > 0.99 EARLIEST='2026-06-01T00:00:00Z' AND LATEST='2026-06-02T00:00:00Z'",
        },
      },
      0,
    )
    const { high } = sim.world.counts(tenant().id, noon - 24 * hourMs, noon).bySeverity
    expect(at(json, 'data.high')).toMatchObject({ status: 'OK', alerts: { total_results: high } })
    expect(at(json, 'data.none.alerts.total_results')).toBeNull()
  })

  it('reports invalid requests in the body', async () => {
    await start({ tenants: [moved] })
    const search = 'query ($a: SearchRequestInput!) { a: detectionSearch(in: $a) { status } }'
    const misfit = await ask('{ cases { id } }', {}, 0)
    expect(misfit.status).toBe(400)
    expect(at(misfit.json, 'errors.0.extensions.code')).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(at((await ask('{ cases {', {}, 0)).json, 'errors.0.extensions.code')).toBe('GRAPHQL_PARSE_FAILED')
    expect(at((await ask(search, {}, 0)).json, 'errors.0.extensions.code')).toBe('BAD_USER_INPUT')
    expect(at((await ask(search, { a: { cql_query: 'SELECT *' } }, 0)).json, 'data.a.status')).toBe(
      'INVALID_REQUEST',
    )
  })

  it('has its own answer to a bad token, and answers 200 if a resolver fails', async () => {
    await start({ tenants: [moved] })
    const byTenant = '{ n: detectionCountByTenant(in: { ql_query: "SELECT *" }) { items { count } } }'
    const failed = await ask(byTenant, {}, 0)
    expect([failed.status, at(failed.json, 'data.n'), at(failed.json, 'errors.0.path')]).toEqual([
      200,
      null,
      ['n'],
    ])
    const refused = await call('/graphql', { method: 'POST', tenant: tenant().id, bearer: 'old', body: '{}' })
    expect([refused.status, refused.json]).toEqual([401, { message: 'unauthorized token' }])
  })

  it("counts all of a partner's moved tenants at once, and omits those without detections", async () => {
    const calm = { ...moved, detectionsPerDay: 0 }
    await start({ tenants: [moved, calm, {}] })
    const query =
      '{ all: detectionCountByTenant(in: { ql_query: "FROM alert EARLIEST=-24h" }) { items { count tenant { id } } } }'
    const { json } = await call('/graphql', {
      method: 'POST',
      tenant: sim.accountId,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    const { total } = sim.world.counts(tenant().id, noon - 24 * hourMs, noon)
    expect(at(json, 'data.all.items')).toEqual([{ count: total, tenant: { id: tenant().id } }])
  })
})

describe('rate limits', () => {
  it('cover all calls, including the token call, as the log shows', async () => {
    await start({ rateLimits: '3/s 5/m' })
    const statuses: number[] = []
    for (const stepMs of [0, 0, 0, 999, 1, 0, 0, 58_999, 1]) {
      now += stepMs
      statuses.push((await call('/whoami/v1')).status)
    }
    // The token took one of three places, and five calls were admitted within the minute.
    expect(statuses).toEqual([200, 200, 429, 429, 200, 200, 429, 429, 200])
    expect(sim.log.map(({ status }) => status)).toEqual([200, ...statuses])
    expect(sim.log.at(-1)?.receivedAt).toBe(now)
  })

  it.each([
    ['off', null],
    ['seconds', '60'],
    ['date', 'Wed, 03 Jun 2026 12:21:00 GMT'],
  ] as const)('answer 429 with Retry-After %s', async (retryAfter, expected) => {
    await start({ rateLimits: '1/m', retryAfter })
    const answer = await call('/whoami/v1')
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe(expected)
    expect(Object.keys(Object(answer.json)).toSorted()).toEqual([
      'code',
      'correlationId',
      'createdAt',
      'docUrl',
      'error',
      'message',
      'requestId',
    ])
  })

  it('are the recommended and the enforced ones by default', async () => {
    await start({ rateLimits: undefined })
    const answers = await Promise.all(Array.from({ length: 10 }, () => call('/whoami/v1')))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 429])
  })
})

describe('faults', () => {
  it('affect the right requests, as often as set, until they are removed', async () => {
    await start({ tenants: [{ region: 'eu01' }, { region: 'us01' }] })
    const remove = sim.faults.add({ endpoint: 'counts', region: 'eu01', kind: 'status', status: 503 })
    expect([(await counts()).status, (await counts('', 1)).status]).toEqual([503, 200])
    remove()
    expect((await counts()).status).toBe(200)
    sim.faults.add({
      tenantId: tenant(1).id,
      times: 2,
      every: 2,
      kind: 'status',
      status: 500,
      body: { error: 'x' },
    })
    const statuses: number[] = []
    for (let turn = 0; turn < 6; turn += 1) statuses.push((await counts('', 1)).status)
    expect(statuses).toEqual([200, 500, 200, 500, 200, 200])
  })

  it('can have their own body and headers', async () => {
    await start()
    sim.faults.add({ kind: 'status', status: 503, body: '<p>busy</p>', headers: { 'Retry-After': '7' } })
    const answer = await call('/whoami/v1')
    expect([answer.status, answer.text, answer.headers.get('retry-after')]).toEqual([503, '<p>busy</p>', '7'])
  })

  it('reset a connection', async () => {
    await start()
    sim.faults.add({ endpoint: 'whoami', times: 1, kind: 'reset' })
    await expect(call('/whoami/v1')).rejects.toThrow('fetch failed')
    expect(sim.log.at(-1)).toMatchObject({ endpoint: 'whoami', status: undefined })
    expect((await call('/whoami/v1')).status).toBe(200)
  })

  it('let a call hang until the client gives up, and never stop the simulator from closing', async () => {
    await start()
    sim.faults.add({ endpoint: 'whoami', kind: 'hang' })
    await expect(call('/whoami/v1', { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout')
    const forEver = call('/whoami/v1').catch(() => 'ended')
    await sim.close()
    expect(await forEver).toBe('ended')
    await start()
  })

  it('delay an answer', async () => {
    await start()
    sim.faults.add({ endpoint: 'whoami', kind: 'delay', ms: 60 })
    const before = performance.now()
    await call('/whoami/v1')
    expect(performance.now() - before).toBeGreaterThan(55)
  })

  it.each(['html', 'json'] as const)('answer 200 with broken %s', async as => {
    await start()
    sim.faults.add({ endpoint: 'whoami', kind: 'garbage', as })
    const answer = await call('/whoami/v1')
    expect([answer.status, answer.json]).toEqual([200, undefined])
  })

  it('expire all tokens', async () => {
    await start()
    sim.faults.add({ endpoint: 'whoami', times: 1, kind: 'expireTokens' })
    expect([(await call('/whoami/v1')).status, (await call('/whoami/v1')).status]).toEqual([401, 401])
  })

  it('omit fields that a client might rely on', async () => {
    await start()
    sim.faults.add({ kind: 'noSeverities' })
    sim.faults.add({ kind: 'noPageTotal' })
    expect(at((await counts()).json, 'resolutionDetectionCounts.0')).not.toHaveProperty('countBySeverity')
    expect(at((await counts()).json, 'resolutionDetectionCounts.0')).toHaveProperty('totalCount')
    expect(at((await listing('?pageTotal=true')).json, 'pages')).toEqual({
      current: 1,
      size: 50,
      maxSize: 100,
    })
  })

  it('put foreign addresses and hostile names into the listing', async () => {
    await start({ tenants: hostileNames.length })
    sim.faults.add({ kind: 'foreignApiHost', tenantId: tenant(3).id, apiHost: 'https://api.evil.example' })
    sim.faults.add({ kind: 'hostileNames' })
    const items = rows((await listing()).json, 'items')
    expect(items.map(item => at(item, 'name'))).toEqual(hostileNames)
    expect(items.map(item => at(item, 'apiHost') === 'https://api.evil.example').indexOf(true)).toBe(3)
    expect(at(items[4], 'apiHost')).toBe(sim.url + tenant(4).host)
  })
})

describe('the simulator', () => {
  it('gives the same answers for the same seed and the same clock', async () => {
    await start({ apiHosts: 'one' })
    const ask = async () => {
      const { id } = tenant()
      return [sim.accountId, (await call(countsPath, { tenant: id })).json]
    }
    const first = await ask()
    await sim.close()
    await start({ apiHosts: 'one' })
    expect(await ask()).toEqual(first)
  })

  it('delays both the request and the answer', async () => {
    await start({ latency: { min: 30, max: 60 }, clock: () => performance.now() })
    const before = performance.now()
    await call('/whoami/v1')
    const after = performance.now()
    const { receivedAt = 0, durationMs = 0 } = sim.log.at(-1) ?? {}
    expect(after - before).toBeGreaterThan(28)
    expect(receivedAt).toBeGreaterThanOrEqual(before)
    expect(receivedAt + durationMs).toBeLessThanOrEqual(after)
  })

  it('logs each request with its endpoint and tenant', async () => {
    await start()
    await counts('?resolution=hour', 2)
    const { region } = sim.world.tenants[2] ?? {}
    expect(sim.log.at(-1)).toEqual({
      endpoint: 'counts',
      method: 'GET',
      address: `/region/${region}${countsPath}?resolution=hour`,
      region,
      tenantId: tenant(2).id,
      receivedAt: noon,
      durationMs: 0,
      status: sim.world.tenants[2]?.access === 'ok' ? 200 : 403,
    })
  })

  it('answers 404 for anything else', async () => {
    await start()
    const unknown = await call('/endpoint/v1/policies')
    expect([unknown.status, at(unknown.json, 'error')]).toEqual([404, 'notFound'])
    expect((await call('/whoami/v1', { method: 'POST' })).status).toBe(404)
    expect(sim.log.at(-1)).toMatchObject({ endpoint: 'unknown', status: 404 })
  })

  it('refuses to start on a port that is taken', async () => {
    await start()
    const port = Number(new URL(sim.url).port)
    await expect(startSimulator({ port })).rejects.toThrow('EADDRINUSE')
  })
})
