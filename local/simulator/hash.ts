/**
 * A 32-bit hash of whole numbers (MurmurHash3). It is the only source of chance in the simulator: the same seed gives
 * the same world on every machine, and nothing has to be stored.
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

/** A number from 0 up to, but not including, 1. */
export function unit(...parts: readonly number[]): number {
  return hash(...parts) / 2 ** 32
}

/** A 32-bit number for a text, so that texts can be parts of a hash. */
export function hashText(text: string): number {
  return hash(...Buffer.from(text, 'utf8'))
}

/** One element of a list, each as likely as the others. */
export function pick<const T extends readonly [unknown, ...unknown[]]>(
  list: T,
  ...parts: readonly number[]
): T[number] {
  return list[hash(...parts) % list.length]
}

/** An identifier of the shape of a version 4 UUID. */
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

/** How many events happen where `expected` are expected on average (Poisson). */
export function poisson(expected: number, ...parts: readonly number[]): number {
  const chance = unit(...parts)
  // Above 30 the normal distribution is close enough, and e^-expected would vanish for the largest rates.
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
