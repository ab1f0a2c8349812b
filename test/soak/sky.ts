import type { Clock } from '../../lambda/clock.ts'
import type { Fault } from '../../local/simulator/faults.ts'
import type { Spell, StoreTrouble } from './spell.ts'

/** The weather at work: its faults come and go by the clock. */
export type Sky = {
  spellsAt(now: number): readonly Spell[]
  storeTrouble(now: number): StoreTrouble | undefined
  isBusDown(now: number): boolean
  /** Adds and removes the faults at their times, until the last is over. */
  raise(clock: Clock, faults: { add(fault: Fault): () => void }): Promise<void>
}

export function makeSky(spells: readonly Spell[]): Sky {
  let asked = Number.NaN
  let answer: readonly Spell[] = []
  function spellsAt(now: number): readonly Spell[] {
    // Many ask in the same moment.
    if (now !== asked) answer = spells.filter(({ from, to }) => from <= now && now < to)
    asked = now
    return answer
  }
  return {
    spellsAt,
    storeTrouble: now => spellsAt(now).find(({ store }) => store)?.store,
    isBusDown: now => spellsAt(now).some(({ isBusDown }) => isBusDown),
    async raise(clock, faults) {
      const changes = spells
        .flatMap(spell => {
          let removers: (() => void)[] = []
          const begin = () => {
            removers = spell.faults.map(faults.add)
          }
          const end = () => {
            for (const remove of removers) remove()
          }
          return [
            { at: spell.from, act: begin },
            { at: spell.to, act: end },
          ]
        })
        .sort((a, b) => a.at - b.at)
      for (const { at, act } of changes) {
        await clock.sleep(at - clock.now())
        act()
      }
    },
  }
}
