import { describe, expect, it } from 'vitest'
import { EndpointDownError } from '../../../lambda/asking/endpoint-down.ts'
import { type EndpointChange, openEndpoints } from '../../../lambda/asking/endpoints.ts'
import { countsEndpoint, queryEndpoint } from '../../../lambda/datasets/detections/endpoints.ts'
import { fusionEndpoint } from '../../../lambda/fusion/endpoint.ts'
import { RefusedError, UnexpectedAnswerError, UnreachableError } from '../../../lambda/sophos/errors.ts'
import { virtualClock } from '../../virtual-clock.ts'

const host = 'https://api-eu01.central.sophos.com'
const fusionUrl = 'https://api.taegis.sophos.com/graphql'
const refused = (status: number) => new RefusedError(status, { text: 'no' })

function open() {
  const clock = virtualClock()
  const changes: EndpointChange[] = []
  const endpoints = openEndpoints({
    breakers: {},
    clock,
    onChange: change => changes.push(change),
  })
  const counts = endpoints.guard(host, countsEndpoint, 'Region eu01')
  const query = endpoints.guard(host, queryEndpoint, 'Region eu01')
  const fail = (guard: typeof counts, error: unknown, times: number) => {
    for (let n = 0; n < times; n++) guard.record(error)
  }
  return { clock, endpoints, changes, counts, query, fail }
}

describe('the guards', () => {
  it.each([
    ['500', refused(500)],
    ['501', refused(501)],
    ['503', refused(503)],
    ['a web page instead of JSON', new UnexpectedAnswerError('HTML', { retryable: true })],
  ])('close one endpoint, and only that, after five answers of %s', (_, error) => {
    const { counts, query, fail, endpoints } = open()
    fail(counts, error, 4)
    expect(counts.refusal()).toBeUndefined()
    fail(counts, error, 1)
    expect(counts.refusal()).toBeInstanceOf(EndpointDownError)
    expect(query.refusal()).toBeUndefined()
    expect(endpoints.isDown(host, countsEndpoint)).toBe(true)
    const elsewhere = endpoints.guard('https://api-us03.central.sophos.com', countsEndpoint, 'Region us03')
    expect(elsewhere.refusal()).toBeUndefined()
  })

  it('close both endpoints of a host that does not answer at all', () => {
    const { counts, query, fail } = open()
    fail(counts, new UnreachableError('no answer within 30 seconds'), 5)
    const why =
      '2026-11-22 10:00 UTC (it cannot be reached: no answer within 30 seconds); it is asked again from 2026-11-22 10:00:05 UTC.'
    expect([counts, query].map(guard => guard.refusal()?.message)).toEqual([
      `Region eu01 has given no counts since ${why}`,
      `Region eu01 has answered no query since ${why}`,
    ])
  })

  it('take broken connections with answers between them for no evidence against any endpoint', () => {
    const { counts, query } = open()
    for (let n = 0; n < 20; n++) {
      counts.record(new UnreachableError('the connection was reset'))
      counts.record(n % 2 === 0 ? undefined : refused(429))
      if (n % 2 === 1) counts.record(undefined)
    }
    expect([counts.refusal(), query.refusal()]).toEqual([undefined, undefined])
  })

  it('close an endpoint that hangs while its host answers elsewhere, and only that', () => {
    const { counts, query } = open()
    for (let n = 0; n < 5; n++) {
      counts.record(new UnreachableError('no answer within 30 seconds'))
      query.record(undefined)
    }
    expect(counts.refusal()).toBeInstanceOf(EndpointDownError)
    expect(query.refusal()).toBeUndefined()
  })

  it('open a whole host again with the first answer of any endpoint', async () => {
    const { clock, counts, query, fail, endpoints } = open()
    fail(counts, new UnreachableError('no route'), 5)
    await clock.drive(clock.sleep(5_000))
    query.claim()
    expect(() => counts.claim()).toThrow(EndpointDownError)
    query.record(undefined)
    expect(query.refusal()).toBeUndefined()
    expect(Object.keys(endpoints.remembered())).toEqual([`counts of ${host}`])
  })

  it.each([
    ['a good answer', undefined],
    ['403', refused(403)],
    ['404', refused(404)],
    ['an answer of another shape', new UnexpectedAnswerError('odd')],
  ])('take %s for a sign of life', (_, answer) => {
    const { counts, fail } = open()
    fail(counts, refused(500), 4)
    counts.record(answer)
    fail(counts, refused(500), 4)
    expect(counts.refusal()).toBeUndefined()
  })

  it('take 429 for no sign of anything', () => {
    const { counts, fail } = open()
    fail(counts, refused(500), 4)
    fail(counts, refused(429), 9)
    expect(counts.refusal()).toBeUndefined()
    fail(counts, refused(500), 1)
    expect(counts.refusal()).toBeDefined()
  })

  it('let one caller through when a probe is due, and all when it was answered', async () => {
    const { clock, counts, fail, endpoints, changes } = open()
    fail(counts, refused(500), 5)
    expect(() => counts.claim()).toThrow(EndpointDownError)
    await clock.drive(clock.sleep(5_000))
    counts.claim()
    expect(() => counts.claim()).toThrow(EndpointDownError)
    counts.record(undefined)
    for (let n = 0; n < 9; n++) counts.claim()
    expect(endpoints.remembered()).toEqual({})
    expect(changes).toEqual([
      {
        text: 'endpoint down',
        host,
        endpoint: 'counts',
        since: '2026-11-22T10:00:00.000Z',
        why: 'answers 500',
      },
      {
        text: 'endpoint up again',
        host,
        endpoint: 'counts',
        since: '2026-11-22T10:00:00.000Z',
        why: 'answers 500',
      },
    ])
  })

  it.each([400, 401, 404, 503])(
    'take five answers of %i by Sophos Fusion for a sign that all would be so',
    status => {
      const { endpoints, fail } = open()
      const fusion = endpoints.guard(fusionUrl, fusionEndpoint, 'Sophos Fusion')
      fail(fusion, refused(status), 4)
      expect(fusion.refusal()).toBeUndefined()
      fail(fusion, refused(status), 1)
      expect(fusion.refusal()?.message).toMatch(/^Sophos Fusion has answered nothing of use since/)
    },
  )

  it("take one tenant's refusal by Sophos Fusion for that tenant's alone", () => {
    const { endpoints, fail } = open()
    const fusion = endpoints.guard(fusionUrl, fusionEndpoint, 'Sophos Fusion')
    fail(fusion, refused(403), 50)
    expect(fusion.refusal()).toBeUndefined()
  })

  it('close nothing but Sophos Fusion where that does not answer at all', () => {
    const { endpoints, counts, query, fail } = open()
    fail(endpoints.guard(fusionUrl, fusionEndpoint, 'Sophos Fusion'), new UnreachableError('no'), 9)
    expect([counts.refusal(), query.refusal()]).toEqual([undefined, undefined])
    const down = Object.keys(endpoints.remembered())
    expect(down.sort()).toEqual([`connection of ${fusionUrl}`, `fusion of ${fusionUrl}`])
  })

  it('hand what is down to the next run', () => {
    const { clock, counts, fail, endpoints } = open()
    fail(counts, refused(500), 5)
    const breakers = JSON.parse(JSON.stringify(endpoints.remembered()))
    const next = openEndpoints({ breakers, clock, onChange: () => undefined })
    expect(next.guard(host, countsEndpoint, 'Region eu01').refusal()).toBeDefined()
    expect(next.probeAt(host, countsEndpoint)).toBe(clock.now() + 5_000)
  })
})
