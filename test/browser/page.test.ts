import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { makeEstate, makeStatus, type Row, toCsv, toEightColumns } from './estate.ts'
import { opened, openInTest, servePageToTests, server } from './page-tests.ts'
import { nextPoll } from './page-time.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const now = Date.UTC(2026, 10, 22, 14, 5, 0)
const hourly = Array.from({ length: 24 }, (_, i) => i % 5).join(' ')
const wall = { width: 1920, height: 1080 }
const phone = { width: 390, height: 844 }

const ok: Row = {
  id: 'a',
  name: 'Alpine Bakery',
  counts: [3, 2, 0, 4, 1],
  total: 10,
  collectedAt: now - 2 * minute,
  hourly,
}
const refused: Row = {
  id: 'b',
  name: 'Blue Clinic',
  counts: [undefined, undefined, undefined, undefined, undefined],
  total: undefined,
  status: 'forbidden',
  reason: 'Sophos Central refused access (403).',
}
const failing: Row = {
  ...ok,
  id: 'c',
  name: 'Cold Foundry',
  status: 'failed',
  reason: 'No answer within 30 s.',
  collectedAt: now - 5 * hour,
}

servePageToTests()

function serve(rows: readonly Row[], status: string | undefined = makeStatus(rows, now - 2 * minute)) {
  server.files.set('detections.csv', { text: toCsv(rows) })
  if (status) server.files.set('status.json', { text: status, type: 'application/json' })
}

async function open(options: Partial<Parameters<typeof openInTest>[0]> = {}): Promise<Page> {
  const shown = await openInTest({ browserTime: now, ...options })
  server.requests.length = 0
  return shown.page
}

async function texts(page: Page, selector: string): Promise<string[]> {
  return (await page.locator(selector).allInnerTexts()).map(text => text.replace(/\s+/g, ' ').trim())
}

/** Returns the text of the whole page without the parts for screen readers only. */
function shown(page: Page): Promise<string> {
  return page.locator('body').innerText()
}

describe('what the page shows', () => {
  it('says what the run counted, and not what it counts itself in the rows of all sources', async () => {
    const counts = { tenants: 30, collected: 25, waiting: 2, needAttention: 1, moved: 2 }
    serve([ok, failing], makeStatus([ok, failing], now - 2 * minute, {}, { counts, result: 'partial' }))
    const page = await open()
    await page.waitForSelector('.run')
    expect(await texts(page, '.run')).toEqual([
      'Collected 25 of 30 tenants in 2 min 20 s. The run ended early; the next run continues. 3 need attention. Next run 14:15.',
    ])
  })

  it('shows the time of the data, the run, the next run and the critical count', async () => {
    serve([ok, refused, failing])
    const page = await open()
    expect(await texts(page, '.as-of')).toEqual(['As of 14:03:00 · 2 min ago'])
    await page.waitForSelector('.run')
    expect(await texts(page, '.oldest')).toEqual(['Oldest data 09:05 · 5 h ago'])
    expect(await texts(page, '.run')).toEqual([
      'Collected 1 of 3 tenants in 2 min 20 s. 2 need attention. Next run 14:15.',
    ])
    expect(await texts(page, '.window')).toEqual(['588 of 1,000 an hour', '22,350 of 200,000 a day'])
    expect(await page.title()).toBe('6 critical · Sophos Detections')
  })

  it('never shows an unknown count as zero, in a row or in a total', async () => {
    serve([refused])
    const page = await open()
    expect(await texts(page, 'tbody .count')).toEqual(Array(8).fill('– unknown'))
    expect(await texts(page, '.tile:not(.tenants-tile) .figure')).toEqual(Array(6).fill('– unknown'))
    expect(await texts(page, '.left-out')).toEqual(['1 tenant with no data'])
    expect(await page.title()).toBe('Sophos Detections')
  })

  it('shows why a tenant did not answer, and how old its data is', async () => {
    serve([ok, failing, refused])
    const page = await open()
    expect(await texts(page, 'tbody .status')).toEqual([
      'OK',
      'Failed 5 h ago No answer within 30 s.',
      'No access Sophos Central refused access (403).',
    ])
    await page.getByRole('button', { name: '2 need attention' }).click()
    expect(await texts(page, 'tbody .name')).toEqual(['Cold Foundry', 'Blue Clinic'])
  })

  it('shows in the status what needs a look, and nothing on a phone if all is well', async () => {
    const fresh = { reason: '', collectedAt: now - 2 * minute }
    const remark = 'No XDR licence.'
    serve(
      [
        { ...ok, name: 'well' },
        { ...ok, name: 'remarked', reason: remark },
        { ...ok, name: 'aged', collectedAt: now - 5 * hour },
        { ...refused, name: 'waiting', status: 'pending', reason: '' },
        { ...failing, ...fresh, name: 'failing' },
        { ...ok, name: 'muted' },
        { ...failing, ...fresh, name: 'muted, failing' },
        { ...ok, name: 'muted, aged', collectedAt: now - 5 * hour },
        { ...ok, ...fresh, name: 'no hours', hourly: '' },
      ].map((row, i) => ({ ...row, id: `${i}` })),
    )
    const until = '2026-11-30'
    const muted = ['muted', 'muted, failing', 'muted, aged'].map(tenant => ({ tenant, until, why: 'a test' }))
    const settings = JSON.stringify({ schemaVersion: 1, muted })
    server.files.set('settings.json', { text: settings, type: 'application/json' })
    const page = await open()
    const statuses = () =>
      page.locator('.tenant').evaluateAll(rows =>
        rows.map(row => {
          const cell = row.querySelector('.status')
          const words = [...(cell?.querySelectorAll('.status-word') ?? [])].map(word => {
            const marks = word.querySelectorAll('.mark').length
            return `${'! '.repeat(marks)}${word.textContent}`
          })
          const others = [...(cell?.querySelectorAll('.figures-from, .reason') ?? [])].map(
            part => part.textContent,
          )
          return [row.querySelector('bdi')?.textContent, ...words, ...others, cell?.getAttribute('title')]
        }),
      )
    await expect.poll(statuses).toEqual(
      expect.arrayContaining([
        ['well', 'OK', ''],
        ['remarked', 'OK', remark, remark],
        ['aged', 'OK', '5 h ago', ''],
        ['waiting', 'Waiting', ''],
        ['failing', '! Failed', ''],
        ['muted', '! Muted', ''],
        ['muted, failing', '! Muted', '! Failed', ''],
        ['muted, aged', '! Muted', '5 h ago', ''],
        ['no hours', 'OK', ''],
      ]),
    )
    const named = (selector: string) =>
      page
        .locator(`.tenant:has(${selector}) bdi:not(.reason)`)
        .evaluateAll(all => all.map(cell => cell.textContent))
    expect(await named('.status.quiet')).toEqual(['well', 'no hours'])
    expect((await named('.status.wide')).toSorted()).toEqual(['no hours', 'waiting'])
  })

  it('shows hostile names as text, and they do nothing', async () => {
    const names = [
      '<img src=x onerror=alert(1)>',
      '</script><script>alert(1)</script>',
      '\'=HYPERLINK("http://evil.example")',
      '{{constructor.constructor("alert(1)")()}}',
      '\u202Egnirts desrever',
      'javascript:alert(1)',
      'W'.repeat(2_000),
    ]
    serve(names.map((name, i) => ({ ...ok, id: `<b>${i}`, name, reason: name })))
    const page = await open({ viewport: phone })
    const cells = await page.locator('tbody .name').evaluateAll(all => all.map(cell => cell.textContent))
    expect(cells).toEqual(names.map(name => name.replace(/^'=/, '=').replace('\u202E', '')))
    expect(await page.locator('tbody .name :not(bdi, button), tbody .reason *').count()).toBe(0)
    const heights = await page.locator('tbody .name').evaluateAll(all => all.map(cell => cell.clientHeight))
    expect(Math.max(...heights)).toBeLessThan(40)
  })

  it('works with detections.csv alone', async () => {
    serve([ok, refused], '')
    for (const status of [403, 404, 500]) {
      server.files.set('status.json', { status })
      const page = await open()
      expect(await texts(page, 'tbody .name')).toEqual(['Alpine Bakery', 'Blue Clinic'])
      expect(await texts(page, '.run')).toEqual([])
      await opened?.close()
    }
  })

  it('works with the eight columns of the community script', async () => {
    server.files.set('detections.csv', {
      text: toEightColumns([ok, refused]),
      lastModified: new Date(now - 3 * minute),
    })
    const page = await open()
    expect(await texts(page, 'tbody tr:first-child > *')).toEqual([
      'Alpine Bakery',
      '3',
      '2',
      '0',
      '4',
      '1',
      '10',
    ])
    expect(await texts(page, 'tbody tr:last-child .count.critical')).toEqual(['– unknown'])
    expect(await texts(page, '.as-of')).toEqual(['File written 14:02:00 · 3 min ago'])
  })

  it('marks simulated data, and names what is wrong in status.json', async () => {
    serve([ok], makeStatus([ok], now, { demo: true, refreshIntervalMs: 'often' }))
    const page = await open()
    expect(await texts(page, '.demo')).toEqual(['Demo: simulated data'])
    expect(await shown(page)).toContain('refreshIntervalMs should be a number, and is "often".')
  })
})

describe('before there is a table', () => {
  it.each([403, 404])(
    'waits for the first run while detections.csv gives %d, then shows it',
    async status => {
      server.files.set('detections.csv', { status })
      const page = await open({ until: '.empty' })
      await page.waitForSelector('text=Waiting for the first run')
      expect(await shown(page)).toContain(`${status}`)
      serve([ok])
      await nextPoll(page, server)
      await page.waitForSelector('table')
    },
  )

  it('says so if there are no tenants', async () => {
    serve([])
    await (await open({ until: '.empty' })).waitForSelector('text=No tenants')
  })

  it('says that no data could be loaded if the server is down from the start', async () => {
    server.files.set('detections.csv', { status: 503 })
    const page = await open({ until: '.notice p' })
    expect(await texts(page, '.notice')).toEqual([
      'Unable to load the data since 14:05:00: the server answered 503.',
    ])
  })
})

describe('how current it is', () => {
  it('keeps ageing without a network, amber at twice the schedule and red at four times', async () => {
    serve([ok])
    const page = await open()
    await page.context().setOffline(true)
    const asOf = async () => ({
      text: await texts(page, '.as-of'),
      level: await page.locator('.as-of').getAttribute('class'),
    })

    await page.clock.fastForward(27 * minute + 59 * second)
    expect(await asOf()).toEqual({ text: ['As of 14:03:00 · 29 min ago'], level: 'as-of fresh' })
    await page.clock.fastForward(second)
    expect(await asOf()).toEqual({
      text: ['As of 14:03:00 · 30 min ago · Late: due every 15 min'],
      level: 'as-of late',
    })
    await page.clock.fastForward(30 * minute)
    expect(await asOf()).toEqual({
      text: ['As of 14:03:00 · 1 h ago · Out of date: due every 15 min'],
      level: 'as-of outdated',
    })
    expect(await page.title()).toContain('3 critical (out of date)')
  })

  it.each([-3 * hour, 26 * hour])(
    'shows the right age if the browser’s clock is wrong by %d ms',
    async wrong => {
      serve([ok])
      server.clock.date = now
      const page = await open({ browserTime: now + wrong })
      await expect.poll(() => texts(page, '.as-of')).toEqual(['As of 14:03:00 · 2 min ago'])
    },
  )

  it('keeps the last good table through every kind of bad answer, and says so, since when and why', async () => {
    serve([ok, refused])
    const page = await open()
    const before = await texts(page, 'tbody')
    const faults = [
      [{ status: 503 }, 'the server answered 503'],
      [
        { text: '<!doctype html><title>Sign in</title>', type: 'text/html' },
        'the server sent a web page instead of the data',
      ],
      [{ text: '<!doctype html>' }, 'the server sent a web page instead of the data'],
      [{ text: toCsv([ok, refused]).slice(0, -60) }, 'the file is damaged or incomplete'],
      [{ text: 'Name\r\nx\r\n' }, 'the response has no ID column'],
      [{ text: '' }, 'the response is empty'],
      [{ status: 404 }, 'the file is missing (404)'],
      ['break off', 'the server could not be reached, or the connection was lost'],
    ] as const
    for (const [fault, why] of faults) {
      server.files.set('detections.csv', fault)
      await nextPoll(page, server)
      await expect
        .poll(() => texts(page, '.notice'))
        .toEqual([
          expect.stringMatching(
            new RegExp(
              `^Unable to refresh the data since 14:\\d\\d:\\d\\d: ${why.replace(/[()]/g, '\\$&')}\\. Showing the last good data\\.$`,
            ),
          ),
        ])
      expect(await texts(page, 'tbody')).toEqual(before)
    }
    serve([ok, refused])
    await nextPoll(page, server)
    await expect.poll(() => texts(page, '.notice')).toEqual([''])
  })

  it('gives up on a server that never answers', async () => {
    serve([ok])
    const page = await open()
    server.files.set('detections.csv', 'hang')
    await page.clock.runFor(30 * second)
    await page.clock.runFor(20 * second)
    await expect
      .poll(() => texts(page, '.notice'))
      .toEqual([expect.stringContaining('did not answer within 20 seconds')])
  })
})

describe('how little it does', () => {
  async function observe(page: Page, within = 'html') {
    await page.evaluate(selector => {
      const touched: string[] = []
      Reflect.set(window, 'touched', touched)
      const nameOf = (node: Node) => {
        const element = node instanceof Element ? node : node.parentElement
        return (
          element?.closest('tbody tr')?.querySelector('.name')?.textContent ??
          element?.className ??
          node.nodeName
        )
      }
      const observer = new MutationObserver(records =>
        touched.push(...records.map(record => nameOf(record.target))),
      )
      for (const part of document.querySelectorAll(selector)) {
        observer.observe(part, { subtree: true, childList: true, attributes: true, characterData: true })
      }
    }, within)
    return (): Promise<string[]> => page.evaluate(() => [...new Set<string>(Reflect.get(window, 'touched'))])
  }

  it('changes no node for an answer 304', async () => {
    serve([ok, refused])
    const page = await open()
    await page.waitForLoadState('networkidle')
    server.requests.length = 0
    const touched = await observe(page)
    await nextPoll(page, server)
    await expect.poll(() => server.requests.map(({ status }) => status)).toEqual([304, 304])
    await page.clock.runFor(second)
    expect(await touched()).toEqual([])
  })

  it('changes no row and no total of the wall for an answer 304', async () => {
    serve(makeEstate(8, { now, failing: 0 }))
    const page = await open({ query: '?view=wall', until: '.wall-row' })
    await page.waitForLoadState('networkidle')
    server.requests.length = 0
    const touched = await observe(page, '.wall-area, .wall-totals')
    await nextPoll(page, server)
    await expect
      .poll(() => server.requests.map(({ path, status }) => [path, status]))
      .toContainEqual(['/detections.csv', 304])
    expect(await touched()).toEqual([])
  })

  it('changes no node for a full answer with the same content', async () => {
    server.files.set('detections.csv', { text: toCsv([ok]), etag: false })
    const page = await open()
    await page.waitForLoadState('networkidle')
    server.requests.length = 0
    const touched = await observe(page)
    await nextPoll(page, server)
    await page.clock.runFor(second)
    expect(await touched()).toEqual([])
  })

  it('draws only the rows that changed, among 2,500', async () => {
    const rows = makeEstate(2_500, { now, failing: 0 })
    serve(rows)
    const page = await open()
    const touched = await observe(page)
    const changed = rows.slice(3, 28).map((row, i) => ({ ...row, name: `Changed ${i}` }))
    serve([...rows.slice(0, 3), ...changed, ...rows.slice(28)])
    await nextPoll(page, server)
    await page.waitForSelector('text=Changed 9')
    const names = new Set(rows.map(row => row.name))
    const parts = await touched()
    expect(parts).toEqual(expect.arrayContaining(changed.slice(0, 10).map(row => row.name)))
    expect(parts.filter(part => names.has(part))).toEqual([])
  })

  it('touches only the texts that age on each tick of the clock, among 2,500 rows', async () => {
    const others = makeEstate(2_500, { now, failing: 0 })
    serve([failing, ...others])
    const page = await open()
    const touched = await observe(page)
    await page.context().setOffline(true)
    await page.clock.runFor(20 * second)
    await page.clock.fastForward(minute)
    const parts = await touched()
    expect(parts).toContain('Cold Foundry')
    const names = new Set(others.map(row => row.name))
    expect(parts.filter(part => names.has(part))).toEqual([])
  })

  it('polls slowly while hidden and at once on return', async () => {
    serve([ok])
    const page = await open()
    const hide = (hidden: boolean) =>
      page.evaluate(value => {
        Object.defineProperty(document, 'hidden', { configurable: true, value })
        document.dispatchEvent(new Event('visibilitychange'))
      }, hidden)
    await hide(true)
    await page.waitForLoadState('networkidle')
    server.requests.length = 0
    await page.clock.runFor(4 * minute)
    expect(server.requests).toEqual([])
    await hide(false)
    await expect.poll(() => server.requests.length).toBe(2)
  })
})

describe('for all users', () => {
  it.each([
    ['light', phone, 61 * minute, 'outdated'],
    ['dark', wall, 31 * minute, 'late'],
  ] as const)(
    'has no axe violation in %s on %j, with every kind of problem, %d ms later',
    async (colorScheme, viewport, later, level) => {
      const waiting: Row = { ...refused, id: 'w', status: 'pending', reason: '' }
      serve(
        [...makeEstate(20, { now, failing: 0.3 }), failing, refused, waiting],
        makeStatus([ok], now, { demo: true }, { result: 'failed', message: 'No token.' }),
      )
      const page = await open({ colorScheme, viewport })
      server.files.set('detections.csv', { status: 503 })
      await page.clock.fastForward(later)
      await page.waitForSelector('.notice p')
      await page.waitForSelector(`.as-of.${level}`)
      expect(await violations(page)).toEqual([])
    },
  )

  it.each([320, 390, 768, 1100, 1280])('needs no sideways scrolling at a width of %d px', async width => {
    const large = {
      ...ok,
      id: 'l',
      name: 'L'.repeat(300),
      counts: [12_345, 12_345, 12_345, 12_345, 12_345],
      total: 61_725,
    }
    serve([large, failing, refused, { ...failing, id: 'r', reason: 'https://example.com/'.padEnd(400, 'x') }])
    const page = await open({ viewport: { width, height: 844 } })
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBeLessThanOrEqual(0)
  })

  it('is a real table for a screen reader, on a phone too', async () => {
    serve([ok, refused])
    const page = await open({ viewport: phone })
    await page.getByRole('table', { name: /by tenant and severity/ }).waitFor()
    expect(await page.getByRole('columnheader').allInnerTexts()).toHaveLength(11)
    expect(await page.getByRole('rowheader').allInnerTexts()).toEqual(['Alpine Bakery', 'Blue Clinic'])
    await page.getByRole('row', { name: /Blue Clinic unknown unknown/ }).waitFor()
  })

  it('announces new data to a screen reader, but not the first', async () => {
    serve([ok])
    const page = await open()
    const heard = () => texts(page, 'p[role=status]')
    expect(await heard()).toEqual([''])
    serve([{ ...ok, total: 11 }])
    await nextPoll(page, server)
    await expect.poll(heard).toEqual(['Data updated, as of 14:03:00.'])
  })
})
