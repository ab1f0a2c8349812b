import { afterAll, describe, expect, it } from 'vitest'
import type { Texts } from '../../site/text/all-texts.ts'
import { en as enFirst } from '../../site/text/en.ts'
import { enLater } from '../../site/text/en-later.ts'
import { chooseLanguage, languages } from '../../site/text/language.ts'
import { loadTexts, texts, translated } from '../../site/text/texts.ts'

const en: Texts = { ...enFirst, ...enLater }
/** Returns all texts of the language that was loaded last. */
const spoken = () => translated ?? en

afterAll(async () => {
  await loadTexts({ language: 'en', locale: 'en-GB' })
})

describe('chooseLanguage', () => {
  it.each([
    [['de-CH', 'en'], null, 'de', 'de-CH'],
    [['fr'], null, 'fr', 'fr'],
    [['ja-JP'], null, 'ja', 'ja-JP'],
    [['it', 'es-MX'], null, 'es', 'es-MX'],
    [['en-US', 'de'], null, 'en', 'en-US'],
    [['it', 'pt-BR'], null, 'en', 'en-GB'],
    [[], null, 'en', 'en-GB'],
    [['fr-CA', 'de-AT'], 'de', 'de', 'de-AT'],
    [['fr-CA'], 'DE_at', 'de', 'de'],
    [['de-CH'], 'tlh', 'de', 'de-CH'],
    [['de-CH'], '<script>', 'de', 'de-CH'],
    [['de-x-private', 'en'], null, 'de', 'de'],
  ])('from %j with ?lang=%s chooses %s, written as in %s', (preferred, override, language, locale) => {
    expect(chooseLanguage(preferred, override)).toEqual({ language, locale })
  })
})

type Leaf = { path: string; text: unknown }

/** Returns every text of a language with its path, such as `run.failed`. */
function leaves(from: object, path = ''): Leaf[] {
  return Object.entries(from).flatMap(([name, text]) =>
    typeof text === 'object' ? leaves(text, `${path}${name}.`) : [{ path: path + name, text }],
  )
}

/** Returns the text for `count`. Each placeholder accepts a number or text, and a number works for both. */
function said(text: unknown, count: number): string {
  return typeof text === 'function' ? String(text(count, count, count, count)) : String(text)
}

/** Texts that may be empty: between a number and its unit, and for a language's own grammar. */
const mayBeBlank = new Set(['units.blank'])

describe.each(languages)('the texts in %s', language => {
  it('has every English text, and no other', async () => {
    await loadTexts({ language, locale: language })
    const paths = (of: Texts) => leaves(of).map(({ path }) => path)
    expect(paths(spoken()).sort()).toEqual(paths(en).sort())
    expect(texts.lang).toBe(language)
  })

  it.each([0, 1, 2, 5, 1_000, 1_000_000])('returns a whole text for %d', async count => {
    await loadTexts({ language, locale: language })
    for (const { path, text } of leaves(spoken())) {
      if (mayBeBlank.has(path)) continue
      expect.soft(said(text, count).trim(), path).not.toBe('')
      expect.soft(said(text, count), path).not.toMatch(/undefined|NaN|\[object|\$\{|=>/)
      expect.soft(said(text, count), path).toBe(said(text, count).trim())
    }
  })

  it('fills every placeholder of the English text', async () => {
    await loadTexts({ language, locale: language })
    const theirs = new Map(leaves(spoken()).map(({ path, text }) => [path, text]))
    for (const { path, text } of leaves(en)) {
      if (typeof text !== 'function') continue
      const marks = Array.from({ length: text.length }, (_, i) => (i + 1) * 111)
      const inEnglish = String(text(...marks))
      const theirText = theirs.get(path)
      const translated = typeof theirText === 'function' ? String(theirText(...marks)) : ''
      for (const mark of marks) {
        if (inEnglish.includes(String(mark))) expect.soft(translated, path).toContain(String(mark))
      }
    }
  })

  it('is a translation: long sentences are not the English ones', async () => {
    await loadTexts({ language, locale: language })
    if (language === 'en') return
    const english = new Map(leaves(en).map(({ path, text }) => [path, said(text, 3)]))
    const same = leaves(spoken()).filter(
      ({ path, text }) => said(text, 3).length > 20 && said(text, 3) === english.get(path),
    )
    expect(same.map(({ path }) => path)).toEqual([])
  })
})

describe('loadTexts', () => {
  it('writes numbers as in the region, with the words of its language', async () => {
    await loadTexts({ language: 'de', locale: 'de-CH' })
    expect(translated?.run.collected(1_200, 2_500, '3 min')).toMatch(
      /^1['’]200 von 2['’]500 Mandanten in 3 min abgefragt\.$/,
    )
    await loadTexts({ language: 'de', locale: 'de' })
    expect(translated?.run.collected(1_200, 2_500, '3 min')).toBe(
      '1.200 von 2.500 Mandanten in 3 min abgefragt.',
    )
  })

  it('uses the language’s plural form for the count', async () => {
    await loadTexts({ language: 'fr', locale: 'fr' })
    expect([0, 1, 2].map(count => spoken().attention.newCritical(count))).toEqual([
      '0 nouvelle détection critique',
      '1 nouvelle détection critique',
      '2 nouvelles détections critiques',
    ])
    await loadTexts({ language: 'de', locale: 'de' })
    expect([0, 1, 2].map(count => spoken().attention.newCritical(count))).toEqual([
      '0 neue kritische Erkennungen',
      '1 neue kritische Erkennung',
      '2 neue kritische Erkennungen',
    ])
  })
})
