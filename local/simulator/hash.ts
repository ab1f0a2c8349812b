/**
 * Returns a 32-bit hash of whole numbers (MurmurHash3). It is the simulator's only source of randomness: the same seed
 * gives the same world on every machine, without storage.
 */
export function hash(...parts: readonly number[]): number {
  let state = 0x9747b28c
  for (const part of parts) {
    let block = Math.imul(part | 0, 0xcc9e2d51)
    block = (block << 15) | (block >>> 17)
    state ^= Math.imul(block, 0x1b873593)
    state = (state << 13) | (state >>> 19)
    state = Math.imul(state, 5) + 0xe6546b64
  }
  state ^= parts.length * 4
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0
}

/** Returns a number from 0 to 1, excluding 1. */
export function unit(...parts: readonly number[]): number {
  return hash(...parts) / 2 ** 32
}

/** Returns a 32-bit number for a text, for use in a hash. */
export function hashText(text: string): number {
  return hash(...Buffer.from(text, 'utf8'))
}

/** Returns one element of a list, each equally likely. */
export function pick<const T extends readonly [unknown, ...unknown[]]>(
  list: T,
  ...parts: readonly number[]
): T[number] {
  return list[hash(...parts) % list.length]
}

/** Returns an id in the form of a version 4 UUID. */
export function uuid(...parts: readonly number[]): string {
  const hex = [0, 1, 2, 3]
    .map(word =>
      hash(...parts, word)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** Returns a number of events from a Poisson distribution with the mean `expected`. */
export function poisson(expected: number, ...parts: readonly number[]): number {
  const chance = unit(...parts)
  // Above 30, the normal distribution is close enough, and e^-expected would underflow for the largest rates.
  if (expected > 30) {
    const spread = Math.sqrt(-2 * Math.log(1 - chance)) * Math.cos(2 * Math.PI * unit(...parts, 1))
    return Math.max(0, Math.round(expected + Math.sqrt(expected) * spread))
  }
  let count = 0
  let probability = Math.exp(-expected)
  let sum = probability
  while (chance >= sum && count < 200) {
    count += 1
    probability *= expected / count
    sum += probability
  }
  return count
}
