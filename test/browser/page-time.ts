import type { Page } from 'playwright-core'
import type { PageServer } from './page-server.ts'

/**
 * Counts, in the page, the answers that it still waits for: from the request until the text is read. Run it before the
 * page's own code. The browser works as before.
 */
export function countOpenAnswers(): void {
  const counter = { open: 0 }
  Reflect.set(window, 'answers', counter)
  for (const [owner, name] of [
    [window, 'fetch'],
    [Response.prototype, 'blob'],
    [Blob.prototype, 'text'],
  ] as const) {
    const own = Reflect.get(owner, name)
    Reflect.set(owner, name, async function (this: unknown, ...args: unknown[]) {
      counter.open += 1
      try {
        return await Reflect.apply(own, this, args)
      } finally {
        counter.open -= 1
      }
    })
  }
}

/** Waits until the page has read every answer it asked for. Survives a reload of the page. */
export async function answersAreIn(page: Page): Promise<void> {
  await page.waitForFunction(() => Reflect.get(window, 'answers')?.open === 0)
}

/**
 * Moves the page's clock by `ms`. The page's time-outs use the same clock, so the time passes in steps, and each step
 * waits for the answers: no answer is late, even on a slow machine.
 */
export async function passTime(page: Page, ms: number, stepMs = 5_000): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    await page.clock.runFor(Math.min(left, stepMs))
    await answersAreIn(page)
  }
}

/**
 * Moves the page's clock by `ms` at once, as after a laptop's sleep: each timer fires at most once. Waits for the
 * answers after it.
 */
export async function jumpAhead(page: Page, ms: number): Promise<void> {
  await page.clock.fastForward(ms)
  await answersAreIn(page)
}

/** Lets the page's clock run until the page has asked for the CSV once more and has its answer. */
export async function nextPoll(page: Page, server: PageServer): Promise<void> {
  const polls = () => server.requests.filter(({ path }) => path === '/detections.csv').length
  const before = polls()
  while (polls() === before) await passTime(page, 5_000)
}
