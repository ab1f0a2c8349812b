import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/**
 * Returns what axe finds on the page now: each rule and the first element that breaks it. The page's clock runs
 * afterwards.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.clock.resume() // axe waits by the same clock.
  const result = await new AxeBuilder({ page })
    .setLegacyMode() // Stays in this page; the other mode opens a second one, where the clock would stand still.
    .options({ resultTypes: ['violations'] })
    .analyze()
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
