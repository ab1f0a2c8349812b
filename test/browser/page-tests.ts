import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { buildPage } from './built-page.ts'
import { launchChromium } from './chromium.ts'
import { type OpenPage, openPage } from './open-page.ts'
import { type PageServer, servePage } from './page-server.ts'

/** Serves the built page to the tests of a file. */
export let server: PageServer
/** What the current test opened last. */
export let opened: OpenPage | undefined
/** The folder of the built page. */
export let built: Awaited<ReturnType<typeof buildPage>>
let browser: Browser

/**
 * Starts one server and one browser for all tests of a file. Each test starts without files and with a server that
 * sends no time: the page uses its own clock, which the test moves. Fails each test that leaves an offence.
 */
export function servePageToTests(): void {
  beforeAll(async () => {
    built = await buildPage()
    server = await servePage(built.folder)
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await built?.remove()
  })

  beforeEach(() => {
    server.files.clear()
    server.clock.date = undefined
  })

  afterEach(async () => {
    const offences = opened?.offences ?? []
    await opened?.close()
    opened = undefined
    expect(offences).toEqual([])
  })
}

/** Opens the served page; the end of the test closes it. */
export async function openInTest(options: Parameters<typeof openPage>[2]): Promise<OpenPage> {
  opened = await openPage(browser, server, options)
  return opened
}
