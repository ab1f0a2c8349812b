import fc from 'fast-check'
import { parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { openGate } from '../../../lambda/pacing/gate.ts'
import { fullPace } from '../../../lambda/pacing/pace.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'
import { createClient } from '../../../lambda/sophos/client.ts'
import { severities } from '../../../lambda/sophos/detections.ts'
import {
  countsDocument,
  countsVariables,
  fetchFusionCounts,
  readCounts,
} from '../../../lambda/sophos/fusion/counts.ts'
import { readFusionAnswer } from '../../../lambda/sophos/fusion/fusion.ts'
import { probeDocument, probeMigration } from '../../../lambda/sophos/fusion/probe.ts'
import { severities as simulated } from '../../../local/simulator/detections.ts'
import type { Fault } from '../../../local/simulator/faults.ts'
import { readQuestion } from '../../../local/simulator/fusion/question.ts'
import { fusionSchema } from '../../../local/simulator/fusion/schema.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { virtualSophos } from '../../virtual-sophos.ts'

const url = 'https://api.taegis.sophos.com/graphql'
const hourMs = 3_600_000
const start = Date.UTC(2026, 10, 22, 10, 20)
const windows = ['day', 'sinceHourBefore', 'sinceHour']
const aliases = windows.flatMap(window => severities.map(severity => `${window}_${severity}`))

/** A client of the simulated Fusion, with one moved tenant and one that has not moved. */
function fusion(faults: readonly Fault[] = []) {
  const clock = virtualClock(start)
  const sophos = virtualSophos(clock, {
    tenants: [{ access: 'ok', detectionsPerDay: 2_000, movedAt: start - 99 * hourMs }, { access: 'ok' }],
    rateLimits: '100/s',
    latencyMs: [0, 0],
  })
  for (const fault of faults) sophos.faults.add({ ...fault, endpoint: 'fusion' })
  const gate = openGate({
    windows: parseRateWindows('100/s'),
    earlierCalls: [],
    earlierPace: fullPace,
    clock,
    deadline: () => ({ at: Number.POSITIVE_INFINITY }),
    onWait: () => undefined,
    onPace: () => undefined,
  })
  const client = createClient({
    send: sophos.send,
    gate,
    clock,
    random: () => 0.5,
    deadline: Number.POSITIVE_INFINITY,
    idUrl: 'https://id.sophos.com',
    readCredentials: async () => ({ clientId: 'demo-client', clientSecret: 'demo-secret' }),
    onRetry: () => undefined,
  })
  const [moved, unmoved] = sophos.world.tenants.map(({ id }) => id)
  if (!moved || !unmoved) throw new Error('There are two tenants.')
  return { client, clock, sophos, moved, unmoved, drive: clock.drive }
}

describe('the documents', () => {
  it.each([
    ['the probe', probeDocument],
    ["a tenant's counts", countsDocument],
  ])('for %s fit the schema', (_, document) => {
    expect(validate(fusionSchema, parse(document))).toEqual([])
  })

  it.each([["a tenant's counts", countsDocument, countsVariables(start)]])(
    'for %s have a variable for each of their fields, and no other',
    (_, document, variables) => {
      const [operation] = parse(document).definitions
      const declared =
        operation?.kind === 'OperationDefinition'
          ? operation.variableDefinitions?.map(({ variable }) => variable.name.value)
          : []
      expect(declared).toEqual(aliases)
      expect(Object.keys(variables)).toEqual(aliases)
    },
  )

  it('ask for every severity once: each point on the scale is in one range', () => {
    const texts = Object.entries(countsVariables(start)).flatMap(([alias, value]) =>
      alias.startsWith('day_') ? [[alias, Object(value).cql_query]] : [],
    )
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), position => {
        const at = Math.fround(position)
        const fitting = texts.filter(([, text]) =>
          [...text.matchAll(/severity (>=|<) ([\d.]+)/g)].every(([, sign, bound]: string[]) =>
            sign === '<' ? at < Number(bound) : at >= Number(bound),
          ),
        )
        expect(fitting).toHaveLength(1)
      }),
    )
    for (const severity of simulated) {
      const text = texts.find(([alias]) => alias === `day_${severity}`)?.[1]
      expect(simulated.filter(readQuestion(text, start)?.matches ?? (() => false))).toEqual([severity])
    }
  })
})

describe('the probe', () => {
  it('tells a tenant that moved from one that did not', async () => {
    const { client, drive, moved, unmoved } = fusion()
    await expect(drive(probeMigration(client, url, moved))).resolves.toBe('moved')
    await expect(drive(probeMigration(client, url, unmoved))).resolves.toBe('not_moved')
  })
})

describe("a tenant's counts", () => {
  it('are those of the last 24 hours and since the start of two hours, in one call', async () => {
    const { client, clock, sophos, drive, moved } = fusion()
    await drive(client.signIn())
    const now = clock.now()
    const figures = await drive(fetchFusionCounts(client, url, moved, now))
    const truth = (from: number) => sophos.world.counts(moved, from, now).bySeverity
    const hour = Math.floor(now / hourMs) * hourMs
    expect(figures).toEqual({
      day: truth(now - 24 * hourMs),
      sinceHourBefore: truth(hour - hourMs),
      sinceHour: truth(hour),
    })
    expect(sophos.received).toHaveLength(2)
  })

  it('are zero if the search is OK, has no error, no total, and an empty list', async () => {
    const { client, drive, unmoved } = fusion()
    const none = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
    await expect(drive(fetchFusionCounts(client, url, unmoved, start))).resolves.toEqual({
      day: none,
      sinceHourBefore: none,
      sinceHour: none,
    })
  })

  const forms = [
    ['error', /Sophos Fusion answered with an error: "conn busy"\. So the count day_\w+ is unknown\./],
    ['null', /is not as documented/],
    ['INVALID_REQUEST', /search ended as INVALID_REQUEST: "an example of a reason"/],
    ['TRANSACTION_ERROR', /search ended as TRANSACTION_ERROR/],
    ['noStatus', /search ended as null/],
    ['noAlerts', /search returned no result/],
    ['noTotal', /returned no total and no empty list/],
    ['noTotalNoList', /returned no total and no empty list/],
    ['negative', /is not as documented/],
  ] as const

  it.each(forms.flatMap(([as, message]) => severities.map(severity => [as, severity, message] as const)))(
    'are unknown, never zero, with %s at the %s of the day',
    async (as, severity, message) => {
      const { client, drive, moved } = fusion([{ kind: 'fusionField', field: `day_${severity}`, as }])
      await expect(drive(fetchFusionCounts(client, url, moved, start))).rejects.toThrow(message)
    },
  )

  it.each(forms.flatMap(([as]) => severities.map(severity => [as, severity] as const)))(
    'lack an hour and nothing else with %s at the %s of an hour',
    async (as, severity) => {
      const { client, drive, moved } = fusion([{ kind: 'fusionField', field: `sinceHour_${severity}`, as }])
      const figures = await drive(fetchFusionCounts(client, url, moved, start))
      expect(figures.sinceHour).toBeUndefined()
      expect(figures.sinceHourBefore).toBeDefined()
      expect(figures.day.high).toBeGreaterThan(0)
    },
  )

  it.each([
    [
      { errors: [{ message: 'query not valid for any known schema type(s).' }], data: null },
      /"query not valid for any known schema type\(s\)"\.$/,
    ],
    [{ errors: [{ message: 'a required variable was not given' }] }, /a required variable/],
    [{ errors: [{}] }, /an error without a message/],
    [{ errors: [], data: null }, /without data and without an error/],
    [{ data: { x: 1 }, errors: [{ message: 'no path' }] }, /no path/],
    [{}, /without data and without an error/],
    [[], /not as documented|without data/],
    [null, /not as documented/],
    ['ok', /not as documented/],
  ])('are unknown if the whole answer is %j', (body, message) => {
    expect(() => readFusionAnswer(body)).toThrow(message)
  })
})

describe("figures of Fusion that contradict each other are not a tenant's counts", () => {
  const answerWith = (cells: Record<string, unknown>) => {
    const cell = (total: unknown, list: unknown[]) => ({
      status: 'OK',
      alerts: { total_results: total, list },
    })
    const all = Object.fromEntries(aliases.map(alias => [alias, cell(null, [])]))
    const given = Object.entries(cells).map(([alias, total]) => [alias, cell(total, [{ id: 'x' }])])
    return readFusionAnswer({ data: { ...all, ...Object.fromEntries(given) } })
  }

  it.each([
    [
      'a total of 0 beside a detection',
      { day_high: 0 },
      /total of 0, and a detection\. So the count day_high/,
    ],
    [
      'none of the day, and some of an hour',
      { sinceHour_high: 3 },
      /no high detections of 24 hours, and with some/,
    ],
    ['more than a number holds', { day_high: 2 ** 53 - 1, day_low: 1 }, /too large to add up/],
    ['a number that is none', { day_high: 1e308 }, /whole number of at most 15 digits/],
  ])('%s', (_, cells, message) => {
    expect(() => readCounts(answerWith(cells))).toThrow(message)
  })

  it('while one that came in between is none', () => {
    expect(readCounts(answerWith({ day_high: 3, sinceHour_high: 4 }))).toMatchObject({
      day: { high: 3 },
      sinceHour: { high: 4 },
    })
  })
})
