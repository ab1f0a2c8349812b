import type { Clock } from '../../lambda/clock.ts'
import type { Store } from '../../lambda/state/store.ts'
import type { Chance } from './chance.ts'
import type { StoreTrouble } from './spell.ts'

/** What is left of S3's answer after the client's own retries. */
const slowDown = () => new Error('S3 answered 503: SlowDown')
const isLost = () => new Error('S3 gave no answer in 10 seconds')

/** The bucket in bad weather: one in three of the reads or writes in trouble fails, or is applied and its answer lost. */
export function troubledStore(
  bucket: Store,
  clock: Clock,
  chance: Chance,
  troubleAt: (now: number) => StoreTrouble | undefined,
): Store {
  async function strike<T>(kind: 'read' | 'write', act: () => Promise<T>): Promise<T> {
    const trouble = troubleAt(clock.now())
    if (trouble === 'slow') await clock.sleep(chance.between(0, 8_000))
    const isStruck = trouble !== undefined && trouble !== 'slow' && chance.between(0, 3) < 1
    if (!isStruck) return act()
    if (trouble === 'reads fail' && kind === 'read') throw slowDown()
    if (trouble === 'writes fail' && kind === 'write') throw slowDown()
    if (trouble === 'answers lost' && kind === 'write') {
      await act()
      await clock.sleep(10_000)
      throw isLost()
    }
    return act()
  }
  return {
    read: key => strike('read', () => bucket.read(key)),
    etag: key => strike('read', () => bucket.etag(key)),
    list: prefix => strike('read', () => bucket.list(prefix)),
    write: (key, object) => strike('write', () => bucket.write(key, object)),
  }
}
