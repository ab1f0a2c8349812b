import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/**
 * What axe finds against the page as it is now: the rule and the first element that breaks it. The page's clock runs on
 * afterwards.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.clock.resume() // axe waits by the same clock.
  const result = await new AxeBuilder({ page })
    .setLegacyMode() // Stays in this page; the other mode opens a second one, whose clock would stand still.
    .options({ resultTypes: ['violations'] })
    .analyze()
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
