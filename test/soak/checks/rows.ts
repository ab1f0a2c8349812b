import type { Estate } from '../estate.ts'
import type { Heard } from '../heard.ts'
import { isClean } from '../run-result.ts'
import type { Breaches, Check } from './breach.ts'

/**
 * Each tenant that was in the true list all the time since the last clean one has one row, under a name that Sophos gave
 * since; one that left goes with the next clean list.
 */
export function checkRows(estate: Estate, heard: Heard, breaches: Breaches): Check {
  let listed = new Map<string, string>()
  let listedAt = 0
  /** Seen since then: they may have a row, and these names. */
  let mayBe = new Map<string, Set<string>>()
  let read = 0

  const isTrue = (names: ReadonlyMap<string, string>, at: number): boolean => {
    const truth = estate.ids.filter(id => estate.isListed(id, at))
    return truth.length === names.size && truth.every(id => names.has(id))
  }

  return run => {
    const { how, endedAt, published } = run
    // The other run is under way, and what it heard is its own.
    if (how === 'refused') return
    for (const { names, at, isWhole } of heard.lists.slice(read)) {
      for (const [id, name] of names) mayBe.set(id, (mayBe.get(id) ?? new Set()).add(name))
      if (!isWhole || !isTrue(names, at)) continue
      // One that a run did not go by, such as one that it had no calls left to make sure of, is none.
      const isUsed = heard.calls.some(call => call.endpoint === 'counts' && call.at > at)
      if (isClean(run) && isUsed) {
        listed = new Map(names)
        listedAt = at
        mayBe = new Map([...names].map(([id, name]) => [id, new Set([name])]))
      } else {
        // It may have been saved, or not.
        for (const id of listed.keys()) if (!names.has(id)) listed.delete(id)
      }
    }
    read = heard.lists.length

    const ids = published.rows.map(({ ID = '' }) => ID)
    for (const id of ids.filter((id, place) => ids.indexOf(id) !== place))
      breaches.report('a tenant has one row', endedAt, 'it has two', id)
    const shown = new Set(ids)
    for (const id of listed.keys()) {
      if (!shown.has(id) && estate.isListedThrough(id, listedAt, endedAt))
        breaches.report('no tenant is lost', endedAt, `no row after the ${how} run; listed all the time`, id)
    }
    for (const { ID = '', Name = '' } of published.rows) {
      const names = mayBe.get(ID)
      if (!names)
        breaches.report(
          'a tenant that left goes',
          endedAt,
          `a row after a ${how} run; not in the last clean list`,
          ID,
        )
      else if (!names.has(Name))
        breaches.report('a row has the name that Sophos gave', endedAt, `"${Name}", not "${[...names]}"`, ID)
    }
  }
}
