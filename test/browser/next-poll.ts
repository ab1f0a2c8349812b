import { expect } from 'vitest'
import type { OpenPage } from './open-page.ts'
import type { PageServer } from './page-server.ts'

/**
 * Lets the page's clock run until its next poll of the CSV is answered. In steps, since the page's patience with an
 * answer goes by the same clock, and since the poll before may not have set the time of the next one yet. `onStep`
 * hears of each step, in ms.
 */
export async function nextPoll(
  page: OpenPage['page'],
  server: PageServer,
  onStep: (ms: number) => void = () => {},
): Promise<void> {
  const stepMs = 2_000
  let asked = false
  const answered = () => server.requests.filter(({ path }) => path === '/detections.csv').length
  const before = answered()
  const listen = (request: { url: () => string }) => {
    asked ||= request.url().endsWith('/detections.csv')
  }
  page.on('request', listen)
  while (!asked) {
    onStep(stepMs)
    await page.clock.runFor(stepMs)
  }
  page.off('request', listen)
  await expect.poll(answered).toBeGreaterThan(before)
}
