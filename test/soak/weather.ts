import { type Chance, chanceOf } from './chance.ts'
import { type Hardship, hardships } from './hardships.ts'
import { dayMs, hourMs, intervalMs, minuteMs, type Spell } from './spell.ts'

/** What is special about the run of one tick of the schedule. */
export type RunSpecial = {
  /** The process is killed this long after its start. */
  readonly killAfterMs?: number
  /** The run's clock is behind by this much. */
  readonly setBackMs?: number
  /** A person starts another run this long after the scheduled one. */
  readonly manualAfterMs?: number
}

/** All that goes wrong, and when. */
export type Weather = {
  readonly spells: readonly Spell[]
  /** By the number of the tick. */
  readonly specials: ReadonlyMap<number, RunSpecial>
}

/**
 * Plans the weather from `start` on for `days`: every kind of hardship in each round, in an order of its own, with four
 * quiet hours in every day. A plan of three days and more has one outage of the counts API of 20 hours too.
 */
export function planWeather(plan: {
  seed: number
  start: number
  days: number
  ids: readonly string[]
  /** Names of hardships and of specials that are left out, to find out which one a breach is of. */
  without?: readonly string[]
}): Weather {
  const { seed, start, days, ids, without = [] } = plan
  const chance = chanceOf(seed)
  const spells: Spell[] = []
  for (let day = 0; day < days; day += days > 1 ? 2 : 1) {
    // A round of all hardships takes two days, or the one that there is.
    const roundMs = Math.min(2, days - day) * dayMs
    const deck = chance.shuffled(hardships)
    for (const [place, hardship] of deck.entries()) {
      const from =
        start + day * dayMs + inWakingHours((roundMs * (place + chance.between(0, 1))) / deck.length)
      spells.push(spellOf(hardship, from, ids, chance))
    }
  }
  if (days >= 3) spells.push(longOutage(start + 2.2 * dayMs))
  const specials = [...specialsOf(days, chance)].filter(
    ([, special]) => !without.some(name => name in special),
  )
  return {
    spells: spells.filter(({ name }) => !without.includes(name)).sort((a, b) => a.from - b.from),
    specials: new Map(specials),
  }
}

/** Squeezes a time of the plan out of the first four hours of its day, which are quiet. */
function inWakingHours(ms: number): number {
  const day = Math.floor(ms / dayMs)
  return day * dayMs + 4 * hourMs + ((ms - day * dayMs) * 18) / 24
}

function spellOf(hardship: Hardship, from: number, ids: readonly string[], chance: Chance): Spell {
  const [least, most] = hardship.minutes
  // Most are short.
  const to = from + minuteMs * (least + (most - least) * chance.between(0, 1) ** 2)
  return { name: hardship.name, from, to, ...hardship.make(chance, ids) }
}

const longOutage = (from: number): Spell => ({
  name: 'counts down for 20 hours',
  from,
  to: from + 20 * hourMs,
  holdsUp: 'counts',
  faults: [{ kind: 'status', status: 500, body: { error: 'internalServerError' }, endpoint: 'counts' }],
})

/** About one run in 10 is killed, one in 27 has its clock set back, and one in 11 meets a manual one. */
function specialsOf(days: number, chance: Chance): Map<number, RunSpecial> {
  const specials = new Map<number, RunSpecial>()
  const ticks = Math.floor((days * dayMs) / intervalMs)
  // The first hour is an installation in good weather.
  for (let tick = 4; tick < ticks; tick++) {
    if ((tick * intervalMs) % dayMs < 4 * hourMs) continue
    const drawn = chance.between(0, 1)
    if (drawn < 1 / 10) specials.set(tick, { killAfterMs: killTime(chance) })
    else if (drawn < 11 / 80) specials.set(tick, { setBackMs: chance.between(1, 180) * minuteMs })
    else if (drawn < 9 / 40) {
      const afterMs = chance.pick([chance.between(0, 2_000), chance.between(2, 60) * 1_000, 7 * minuteMs])
      specials.set(tick, { manualAfterMs: afterMs })
    }
  }
  return specials
}

/** At the start, while it asks, or around its end. */
const killTime = (chance: Chance): number =>
  chance.pick([chance.between(0, 1_000), chance.between(1, 60) * 1_000, chance.between(60, 150) * 1_000])
