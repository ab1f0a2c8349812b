import { describe, expect, it } from 'vitest'
import { notesOn } from '../../../cdk/planning/notes.ts'
import { readSettings } from '../../../cdk/settings.ts'

const now = Date.parse('2026-11-22T23:30:00Z')
const notes = (context: Readonly<Record<string, unknown>>) => notesOn(readSettings(context), now)

describe('the notes on the settings', () => {
  it('are none for the defaults, and for less than Sophos allows', () => {
    expect(notes({})).toEqual([])
    expect(notes({ rateLimits: '5/s 50/m 500/h' })).toEqual([])
    expect(notes({ rateLimits: '10/10s 1000/h' })).toEqual([])
  })

  it.each([
    ['5000/h', 'enforces (100/m): it will answer 429'],
    ['10/s 100/m', 'recommends (1000/h).'],
    ['10/s 100/m 200000/d', 'recommends (1000/h).'],
    ['10/s 100/m 5000/h', 'recommends (1000/h).'],
    ['100/m 1000/h 200000/d', 'recommends (10/s).'],
    ['1000/s', 'enforces (100/m, 200000/d)'],
  ])('say in one line that %s is more than Sophos %s', (rateLimits, why) => {
    const [note, ...more] = notes({ rateLimits })
    expect(note).toContain(`rateLimits "${rateLimits}" allows more than Sophos ${why}`)
    expect(more).toEqual([])
  })

  it('name a mute that has ended, in the time zone of the mutes, and no other', () => {
    const muted = [
      { tenant: 'Baker Ltd', until: '2026-11-21' },
      { tenant: 'Smith', until: '2026-11-22' },
    ]
    expect(notes({ muted })).toEqual([
      'The mute of "Baker Ltd" ended on 2026-11-21 and has no effect: remove it from "muted", or set a later day.',
    ])
    expect(notes({ muted, timeZone: 'Europe/Berlin' })).toHaveLength(2)
  })
})
