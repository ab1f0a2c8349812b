import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStatus, type RunStatus } from '../../site/data/parse-status.ts'

function read(json: unknown): RunStatus {
  const parsed = parseStatus(JSON.stringify(json))
  if ('problem' in parsed) throw new Error(parsed.problem.kind)
  return parsed
}

describe('parseStatus', () => {
  it('reads what the page shows of a run', () => {
    const status = read({
      schemaVersion: 1,
      version: '0.1.0',
      demo: true,
      refreshIntervalMs: 600_000,
      sources: [
        {
          source: 'north',
          run: {
            ...{ endedAt: '2026-11-22T10:02:20.000Z', result: 'partial', message: 'Half. Listed late.' },
            remark: 'Listed late.',
            counts: { tenants: 30, collected: 15, waiting: 15, needAttention: 0, moved: 0 },
          },
          nextRunAt: '2026-11-22T10:15:00.000Z',
          calls: { made: 5, retries: 0, throttled: 2 },
          budget: [{ window: '1000/h', limit: 1000, periodMs: 3_600_000, left: 412 }, { window: '10/s' }],
          migration: { moved: 1, notMoved: 2, notChecked: 3 },
        },
      ],
    })
    expect(status).toEqual({
      demo: true,
      refreshIntervalMs: 600_000,
      version: '0.1.0',
      problems: [],
      sources: [
        {
          name: 'north',
          startedAt: undefined,
          endedAt: Date.UTC(2026, 10, 22, 10, 2, 20),
          result: 'partial',
          message: 'Half. Listed late.',
          remark: 'Listed late.',
          counts: new Map(
            Object.entries({ tenants: 30, collected: 15, waiting: 15, needAttention: 0, moved: 0 }),
          ),
          nextRunAt: Date.UTC(2026, 10, 22, 10, 15),
          budget: [{ window: '1000/h', limit: 1000, left: 412 }],
        },
      ],
    })
  })

  it('reads an empty object without problems', () => {
    expect(read({})).toMatchObject({ demo: false, refreshIntervalMs: undefined, sources: [], problems: [] })
  })

  it('names each field of the wrong type, and reads the rest', () => {
    const status = read({
      refreshIntervalMs: '15m',
      sources: [{ run: { message: 5 }, nextRunAt: 'soon' }],
      version: '1',
    })
    expect(status.problems).toEqual([
      'refreshIntervalMs should be a number, and is "15m".',
      'sources[0].run.message should be a text, and is 5.',
      'sources[0].nextRunAt should be a time in ISO 8601, and is "soon".',
    ])
    expect(status.version).toBe('1')
  })

  it.each([0, -1])('does not accept %d ms as a schedule', refreshIntervalMs => {
    const status = read({ refreshIntervalMs })
    expect(status.refreshIntervalMs).toBeUndefined()
    expect(status.problems).toHaveLength(1)
  })

  it('reports a file of an unknown version', () => {
    expect(read({ schemaVersion: 2 }).problems[0]).toContain('schemaVersion 2')
  })

  it.each(['', '<html>', '[]', 'null', '{"demo":'])('refuses %j, which is not an object', text => {
    expect(parseStatus(text)).toEqual({ problem: { kind: 'no-json-object' } })
  })

  it('never throws, for any JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (run, source) => {
        parseStatus(`{"sources": [${source}, {"run": ${run}}], "version": ${run}}`)
      }),
    )
  })
})
