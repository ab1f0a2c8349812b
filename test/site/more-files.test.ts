import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { parseAccess } from '../../site/data/parse-access.ts'
import { mergeSettings } from '../../site/merge-settings.ts'
import { buildOf, releaseWatch } from '../../site/poll/new-release.ts'
import { rarely } from '../../site/poll/rarely.ts'
import { nothingYet, settingsOf } from '../../site/view-state.ts'
import { accessReport } from './access-report.ts'

const html = (script: string, style = 'page-1.css') =>
  `<!doctype html>\n<html lang="en"><head><title>Sophos Detections</title><script type="module" crossorigin src="./assets/${script}"></script><link rel="stylesheet" crossorigin href="./assets/${style}"></head><body><div id="page"></div></body></html>\n`
const validators = { etag: '"1"', lastModified: null }

describe('a new release', () => {
  function watching(...answers: Response[]) {
    const fetch = vi.fn<typeof globalThis.fetch>(
      async () => answers.shift() ?? new Response(null, { status: 304 }),
    )
    return { watch: releaseWatch(buildOf(html('a-1.js')), { fetch, now: () => 0 }), fetch }
  }
  const page = (text: string) => new Response(text, { headers: { 'content-type': 'text/html', etag: '"1"' } })

  it('is not found while index.html names the same files, however else it is written', async () => {
    const { watch } = watching(
      page(html('a-1.js').replaceAll('./assets', 'assets').replace('crossorigin ', '')),
    )
    expect(await watch()).toBe('this build')
  })

  it('is found when index.html names another script or another style', async () => {
    expect(await watching(page(html('a-2.js'))).watch()).toBe('another build')
    expect(await watching(page(html('a-1.js', 'page-2.css'))).watch()).toBe('another build')
  })

  it.each([
    ['an error page', new Response('<html><body>Maintenance</body></html>', { status: 503 })],
    ['a page of something else', page('<!doctype html><script src="assets/x.js"></script></html>')],
    ['a sign-in', page('<html><form id="page" action="/login"></form></html>')],
    ['half of the page', page(html('a-2.js').slice(0, -12))],
    ['a page without a script', page('<!doctype html><html><div id="page"></div></html>')],
    ['nothing', new Response(null, { status: 404 })],
  ])('is not found in %s', async (_, response) => {
    expect(await watching(response).watch()).toBe('unknown')
  })

  it('is requested with the version marks of the last answer, and a 304 means no change since then', async () => {
    const { watch, fetch } = watching(page(html('a-2.js')))
    await watch()
    expect(await watch()).toBe('another build')
    expect(fetch.mock.calls[1]?.[1]).toMatchObject({ cache: 'no-store', headers: { 'If-None-Match': '"1"' } })
  })
})

describe('rarely', () => {
  it('asks at once, and then not again too early', async () => {
    let now = 0
    const ask = rarely(
      600_000,
      () => now,
      async () => 'asked',
    )
    expect(await ask()).toBe('asked')
    now = 599_999
    expect(await ask()).toBeUndefined()
    now = 600_000
    expect(await ask()).toBe('asked')
    now = -5
    expect(await ask()).toBe('asked')
  })
})

describe('settings.json in the state', () => {
  const fresh = (text: string) => ({ kind: 'fresh', text, validators }) as const

  it('is the last good one, through all bad answers', () => {
    const state = mergeSettings(nothingYet, fresh('{"schemaVersion":1,"groups":[{"name":"Retail"}]}'))
    expect(settingsOf(state).groups).toEqual(['Retail'])
    expect(mergeSettings(state, { kind: 'missing', code: 404 })).toBe(state)
    expect(mergeSettings(state, { kind: 'unchanged' })).toBe(state)
    expect(mergeSettings(state, { kind: 'trouble', why: { kind: 'unreachable' } })).toBe(state)
  })

  it('reports a file that is unreadable, and keeps the last good settings', () => {
    const state = mergeSettings(nothingYet, fresh('{"schemaVersion":1,"groups":[{"name":"Retail"}]}'))
    const broken = mergeSettings(state, fresh('{'))
    expect(settingsOf(broken).groups).toEqual(['Retail'])
    expect(settingsOf(broken).problems).toEqual(['settings.json is not a JSON object.'])
  })
})

describe('access-report.json', () => {
  const report = {
    schemaVersion: 1,
    sources: [
      {
        source: 'default',
        writtenAt: '2026-11-22T10:00:00.000Z',
        identity: { idType: 'partner', id: 'p1', count: 3 },
        summary: { toMend: 2, byFinding: { works: 7, forbidden: 2, odd: 'x' } },
        apis: [{ id: 'detections-counts', name: 'Detections', byFinding: { works: 7 } }, { name: 'no id' }],
        tenants: [{ id: 't1', name: '', region: 'eu01', findings: { 'detections-counts': 'forbidden' } }, 5],
        remedies: [{ finding: 'forbidden', api: 'detections-counts', tenants: 2, text: 'Turn it on.' }, {}],
      },
    ],
  }

  it('is read', () => {
    const parsed = parseAccess(JSON.stringify(report))
    if ('problem' in parsed) throw new Error(parsed.problem.kind)
    expect(parsed.sources).toEqual([
      {
        source: 'default',
        writtenAt: Date.UTC(2026, 10, 22, 10),
        message: undefined,
        identity: new Map([
          ['idType', 'partner'],
          ['id', 'p1'],
        ]),
        toMend: 2,
        byFinding: new Map([
          ['works', 7],
          ['forbidden', 2],
        ]),
        apis: [{ id: 'detections-counts', name: 'Detections', byFinding: new Map([['works', 7]]) }],
        tenants: [
          { id: 't1', name: 't1', region: 'eu01', findings: new Map([['detections-counts', 'forbidden']]) },
        ],
        remedies: [{ finding: 'forbidden', api: 'detections-counts', tenants: 2, text: 'Turn it on.' }],
      },
    ])
  })

  it('is read as the doctor writes it, including a failed source', () => {
    const parsed = parseAccess(JSON.stringify(accessReport))
    if ('problem' in parsed) throw new Error(parsed.problem.kind)
    expect(parsed.problems).toEqual([])
    const [complete, failed] = parsed.sources
    expect(complete).toMatchObject({ toMend: 1, message: accessReport.sources[0]?.message })
    expect(complete?.identity.get('idType')).toBe('partner')
    expect(complete?.tenants).toMatchObject([{ name: 'Alpine Bakery', region: undefined }])
    expect(complete?.remedies.map(({ tenants }) => tenants)).toEqual([1, undefined])
    expect(failed).toMatchObject({ message: 'No token: the credential is unknown (401).', apis: [] })
  })

  it('never throws, for any JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (one, other) => {
        parseAccess(
          `{"sources": [${one}, {"summary": ${one}, "apis": [${other}], "tenants": [${one}], "remedies": ${other}}]}`,
        )
      }),
    )
  })
})
