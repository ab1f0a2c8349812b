import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { PageServer } from './page-server.ts'
import { answersAreIn, countOpenAnswers } from './page-time.ts'

export type OpenPage = {
  page: Page
  /** What no page may ever do: errors, violations of the Content-Security-Policy, requests to other hosts. */
  offences: string[]
  close: () => Promise<void>
}

type Opening = BrowserContextOptions & {
  /** The browser's clock, in ms since 1970; it stands still until the test moves it. */
  browserTime: number
  /** Wait until the first match is visible. By default the tenants: the groups' table can come first, and be closed. */
  until?: string
  /** Added to the page's address, such as `?view=wall`. */
  query?: string
  /** Runs in the page before its own code. */
  before?: () => void
}

/** Opens the page in a context of its own. The test controls the browser's clock. */
export async function openPage(
  browser: Browser,
  server: PageServer,
  { browserTime, until = 'table.tenants', query = '', before = () => {}, ...options }: Opening,
): Promise<OpenPage> {
  const context = await browser.newContext({ timezoneId: 'UTC', ...options })
  const page = await context.newPage()
  const offences: string[] = []
  page.on('pageerror', error => offences.push(`error: ${error.message}`))
  page.on('dialog', dialog => {
    offences.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', message => {
    // The browser logs every 404 and 503, and the tests cause these on purpose.
    if (!message.text().startsWith('Failed to load resource')) offences.push(`console: ${message.text()}`)
  })
  page.on('request', request => {
    if (!request.url().startsWith(server.address)) offences.push(`request: ${request.url()}`)
  })
  await page.exposeFunction('reportOffence', (text: string) => offences.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', event => {
      Reflect.get(window, 'reportOffence')(`policy: ${event.violatedDirective} ${event.blockedURI}`)
    })
  })
  // The clock runs until it is paused, and does not go back: on a slow machine, the pause takes a while.
  await page.clock.install({ time: browserTime - 60_000 })
  await page.clock.pauseAt(browserTime)
  await context.addInitScript(countOpenAnswers)
  await page.addInitScript(before)
  await page.goto(server.address + query)
  await page.waitForSelector(until)
  await answersAreIn(page)
  // Effects wait for a frame, which comes only when the clock moves: without this, a click may come before its
  // listener.
  await page.clock.runFor(50)
  return { page, offences, close: () => context.close() }
}
