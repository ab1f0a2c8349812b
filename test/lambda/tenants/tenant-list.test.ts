import { describe, expect, it } from 'vitest'
import { hourMs } from '../../../lambda/sophos/detections.ts'
import { isListDue } from '../../../lambda/tenants/tenant-list.ts'
import { at } from '../tenants.ts'

describe('the list', () => {
  const due = (more: Partial<Parameters<typeof isListDue>[0]>) =>
    isListDue({ listedAt: at - 900_000, tenants: 400, now: at, isManual: false, callsLeft: 300, ...more })

  it.each([
    ['there is none', { listedAt: undefined }, true],
    ['it is empty', { tenants: 0 }, true],
    ['a person asks for fresh figures', { isManual: true }, true],
    ['it is an hour old', { listedAt: at - hourMs }, true],
    ['the budget reaches for all tenants anyway', { callsLeft: 406 }, true],
    ['its calls would be missing for tenants', { callsLeft: 405 }, false],
    ['it is not an hour old', { listedAt: at - hourMs + 1 }, false],
    ['there is no room for half of it', { listedAt: at - hourMs, callsLeft: 5 }, false],
    ['there is no room for it, though a person asks', { isManual: true, callsLeft: 5 }, false],
  ] as const)('is asked for where %s: %s', (_, more, expected) => {
    expect(due(more)).toBe(expected)
  })
})
