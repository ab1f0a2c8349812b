import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { severities } from '../../../site/data/tenant.ts'
import { columns, isFiltered, layouts, readView, type View, writeView } from '../../../site/triage/view.ts'

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const list = fc.uniqueArray(word, { maxLength: 4 })
const anyView: fc.Arbitrary<View> = fc.record({
  search: fc.string({ unit: 'grapheme', maxLength: 30 }),
  severities: fc.subarray([...severities]),
  statuses: list,
  regions: list,
  sources: list,
  groups: list,
  onlyNew: fc.boolean(),
  onlyUnseen: fc.boolean(),
  showMuted: fc.boolean(),
  sort: fc.option(fc.record({ column: fc.constantFrom(...columns), descending: fc.boolean() }), {
    nil: undefined,
  }),
  tenant: fc.option(word, { nil: undefined }),
  layout: fc.constantFrom(...layouts),
  others: fc.array(fc.tuple(fc.constantFrom('lang', 'x'), word), { maxLength: 2 }),
})

describe('the view in the address', () => {
  it('comes back as written, whatever text it contains', () => {
    fc.assert(
      fc.property(anyView, view => {
        expect(readView(writeView(view))).toEqual(view)
      }),
    )
  })

  it('is written the same after reading, so that an address does not change', () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), query => {
        const once = writeView(readView(query))
        expect(writeView(readView(once))).toBe(once)
      }),
    )
  })

  it('leaves the address empty for the default view', () => {
    expect(writeView(readView(''))).toBe('')
    expect(isFiltered(readView(''))).toBe(false)
  })

  it.each([
    '?sort=-nonsense&view=attic&severity=worst&new=yes&muted=maybe',
    '?sort=&sort=__proto__&severity=constructor&tenant=',
    '?%E0%A4%A&%&&&===&q',
    '?status=&region=&group=',
  ])('reads %j as the default view and ignores what it does not know', query => {
    expect({ ...readView(query), others: [] }).toEqual(readView(''))
  })

  it('keeps the parameters of others', () => {
    expect(writeView(readView('?lang=de&q=x&debug=1'))).toBe('q=x&lang=de&debug=1')
  })

  it('does not read an address longer than the page ever writes', () => {
    const view = readView(`?q=${'x'.repeat(1e5)}&${'status=a&'.repeat(1e4)}status=${'y'.repeat(1e5)}`)
    expect(view.search).toHaveLength(300)
    expect(view.statuses).toEqual(['a'])
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), query => void writeView(readView(query))))
  })
})
