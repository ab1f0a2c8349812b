import fc from 'fast-check'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { describe, expect, it } from 'vitest'
import type { SourceReport } from '../../lambda/doctor/report.ts'
import { forMarkdown, forMarkdownCode } from '../../lambda/text/exits.ts'
import { toMarkdown } from '../../local/doctor/markdown.ts'

/** GitHub's Markdown as HTML, by a parser of its own; dangerous HTML is let through, so that it would be seen here. */
const render = (markdown: string): string =>
  micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  })
const tagsIn = (html: string): string[] => html.match(/<[^>]*>/g) ?? []
const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(lt|gt|quot|amp);/g,
      (_, name: 'lt' | 'gt' | 'quot' | 'amp') => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name],
    )
    .trim()
const narrow = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/g, wide => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))

const pieces = fc.constantFrom(
  ...[
    '<b>',
    '</td>',
    '<!--',
    '&lt;',
    '[a](javascript:x)',
    '![i](http://e.example/p)',
    'http://e.example',
    'www.e.example',
  ],
  ...[
    'a@e.example',
    '@team',
    '#12',
    'GH-1',
    '**b**',
    '_i_',
    '~~s~~',
    '`c`',
    '``',
    '|',
    '\\',
    '$x$',
    ':+1:',
    '[^1]',
    '- [ ] t',
  ],
  ...[
    'mailto:a@e.example',
    'xmpp:a@e.example',
    'Acme',
    ' ',
    '\n\n# H',
    '\t',
    '1. x',
    '> q',
    '\u202e',
    '\u200b',
  ],
)
const hostile = fc.array(pieces, { maxLength: 8 }).map(parts => parts.join(''))

/** A report that has the same foreign text in each field that others fill. */
const reportOf = (text: string): SourceReport => ({
  source: 'default',
  version: '1',
  demo: false,
  startedAt: '2026-11-22T10:00:00.000Z',
  writtenAt: '2026-11-22T10:01:00.000Z',
  scope: 'all',
  result: 'complete',
  message: `Sophos said: ${text}`,
  identity: { idType: 'partner', id: text, tokenLifeSeconds: 3600 },
  listing: { tenants: 1, isComplete: true, byRegion: { [text]: 1 }, byStatus: { [text]: 1 } },
  calls: { made: 1, retries: 0, throttled: 0 },
  summary: { toMend: 1, toKnow: 0, examined: 1, byFinding: { forbidden: 1 } },
  apis: [],
  tenants: [{ id: text, name: text, region: text, findings: {} }],
  remedies: [
    {
      finding: 'forbidden',
      api: 'all',
      tenants: 1,
      regions: [text],
      mend: true,
      text: 'Do this.',
      examples: [
        {
          tenant: text,
          name: text,
          status: 403,
          message: text,
          correlationId: text,
          at: '2026-11-22T10:00:30.000Z',
        },
      ],
    },
  ],
})

describe('foreign text in a Markdown report', () => {
  it('is a text in a sentence: no HTML, link, picture, mention or format', () => {
    fc.assert(
      fc.property(hostile, text => {
        const html = render(`Sophos said: ${forMarkdown(text)}.`)
        expect(tagsIn(html)).toEqual(['<p>', '</p>'])
        expect(html).not.toMatch(/@\w/)
      }),
      { numRuns: 500 },
    )
  })

  it('stays in its cell of a table', () => {
    fc.assert(
      fc.property(hostile, hostile, (name, id) => {
        const html = render(
          `| a | b |\n| --- | --- |\n| ${forMarkdown(name)} | ${forMarkdownCode(`x${id}`)} |`,
        )
        expect(tagsIn(html).filter(tag => /^<(td|code|a|img|del|em|strong)\b/.test(tag))).toEqual([
          '<td>',
          '<td>',
          '<code>',
        ])
      }),
      { numRuns: 300 },
    )
  })

  it('is a text as inline code', () => {
    fc.assert(
      fc.property(hostile, text => {
        expect(tagsIn(render(`- answer: ${forMarkdownCode(`x${text}`)}`))).toEqual([
          '<ul>',
          '<li>',
          '<code>',
          '</code>',
          '</li>',
          '</ul>',
        ])
      }),
      { numRuns: 300 },
    )
  })

  it('changes nothing of the report around it, whichever field it is in', () => {
    const plain = tagsIn(render(toMarkdown(reportOf('Acme'))))
    fc.assert(
      fc.property(hostile, text => {
        const html = render(toMarkdown(reportOf(`x${text}`)))
        expect(tagsIn(html)).toEqual(plain)
        expect(html.replace(/<code>.*?<\/code>/g, '')).not.toMatch(/@\w/)
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    'Müller & Söhne <GmbH>',
    'Acme *** 50 % ~ [x]',
    'a_b_c #1',
    'admin@acme.example',
    '株式会社サンプル',
  ])('reads as %j was written', name => {
    expect(narrow(textOf(render(`x ${forMarkdown(name)}`)))).toBe(`x ${name}`)
  })
})
