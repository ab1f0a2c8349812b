import { describe, expect, it } from 'vitest'
import type { Answer } from '../../site/poll/ask-file.ts'
import { mergeDetections, mergeStatus, nothingYet } from '../../site/view-state.ts'

const fresh = (text: string, etag: string | null = '"1"'): Answer => ({
  kind: 'fresh',
  text,
  validators: { etag, lastModified: null },
})
const good = mergeDetections(nothingYet, fresh('ID,Detections_Total\r\na,1\r\n'), 0)
const goodStatus = mergeStatus(good, fresh('{"demo": true}'), 0)
const bad: Answer[] = [
  { kind: 'trouble', why: { kind: 'status', code: 503 } },
  { kind: 'missing', code: 404 },
  fresh('<!doctype html>', '"2"'),
  fresh('', '"2"'),
  fresh('{}', '"2"'),
]

describe('mergeDetections', () => {
  it.each(bad)('keeps the last good data and its version marks after %j', answer => {
    const state = mergeDetections(good, answer, 5)
    expect(state.detections).toBe(good.detections)
    expect(state.trouble?.since).toBe(5)
  })

  it('reports the time of the first bad answer and the latest reason', () => {
    const first = mergeDetections(good, { kind: 'trouble', why: { kind: 'unreachable' } }, 5)
    const second = mergeDetections(first, { kind: 'trouble', why: { kind: 'status', code: 502 } }, 9)
    expect(second.trouble).toEqual({ since: 5, why: { kind: 'status', code: 502 } })
    expect(mergeDetections(second, { kind: 'trouble', why: { kind: 'status', code: 502 } }, 12)).toBe(second)
  })

  it('returns the same state after a 304 and after the same text again', () => {
    expect(mergeDetections(good, { kind: 'unchanged' }, 5)).toBe(good)
    expect(mergeDetections(good, fresh('ID,Detections_Total\r\na,1\r\n'), 5)).toBe(good)
  })

  it('ends the trouble with the first good answer, even a 304', () => {
    const troubled = mergeDetections(good, { kind: 'trouble', why: { kind: 'unreachable' } }, 5)
    expect(mergeDetections(troubled, { kind: 'unchanged' }, 6).trouble).toBeUndefined()
  })

  it('does not accept a 304 for a file that it never had', () => {
    expect(mergeDetections(nothingYet, { kind: 'unchanged' }, 5).trouble?.why.kind).toBe('unfounded-304')
  })

  it('treats a missing file as a first start if there was none before', () => {
    const state = mergeDetections(nothingYet, { kind: 'missing', code: 403 }, 5)
    expect(state).toMatchObject({ missing: 403, trouble: undefined })
    expect(mergeDetections(state, fresh('ID\r\na\r\n'), 6).missing).toBeUndefined()
  })

  it('counts an update only if there was data before', () => {
    expect(good.updates).toBe(0)
    expect(mergeDetections(good, fresh('ID,Detections_Total\r\na,2\r\n'), 6).updates).toBe(1)
  })
})

describe('mergeStatus', () => {
  it('reports nothing about a status.json that never existed', () => {
    expect(mergeStatus(good, { kind: 'missing', code: 403 }, 5)).toBe(good)
  })

  it.each([bad[0], bad[1], bad[2]])('keeps the last good status after %j', answer => {
    const state = answer ? mergeStatus(goodStatus, answer, 5) : goodStatus
    expect(state.status).toBe(goodStatus.status)
    expect(state.statusTrouble?.since).toBe(5)
    expect(state.trouble).toBeUndefined()
  })
})
