/** Levenshtein distance: how many letters to add, remove or change to turn one text into the other. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...to].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

/** Returns the name with the smallest edit distance, ignoring case; the first one if several tie. */
export function nearestName<Name extends string>(given: string, names: readonly [Name, ...Name[]]): Name {
  const distance = (name: string): number => editDistance(given.toLowerCase(), name.toLowerCase())
  return names.reduce((best, name) => (distance(name) < distance(best) ? name : best), names[0])
}
