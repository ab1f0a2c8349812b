import { unit } from '../../local/simulator/hash.ts'

/** Chance from a seed: the same seed gives the same numbers in the same order. */
export type Chance = {
  /** From `least` to `most`, `most` excluded. */
  between(least: number, most: number): number
  pick<T>(list: readonly [T, ...T[]]): T
  shuffled<T>(list: readonly T[]): T[]
}

export function chanceOf(seed: number): Chance {
  let drawn = 0
  const between = (least: number, most: number) => least + (most - least) * unit(seed, ++drawn, 0x50a4)
  return {
    between,
    pick: ([first, ...more]) => more[Math.floor(between(-1, more.length))] ?? first,
    shuffled: list =>
      list
        .map(item => ({ item, at: between(0, 1) }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
  }
}
