/** The languages that the page speaks. English is in its main bundle; the others are loaded when they are wanted. */
export const languages = ['en', 'de', 'fr', 'es', 'ja'] as const
export type Language = (typeof languages)[number]

/** `language` chooses the words; `locale` (BCP 47) the way that numbers and dates are written. */
export type Choice = { language: Language; locale: string }

/**
 * The reader's language: the first of `preferred` (as `navigator.languages`) that the page speaks, unless `override` (`?lang=`) names one;
 * English where neither does. The region is the reader's own where it belongs to that language: with `de-CH` the words are German and the
 * numbers Swiss. English without a region is British: its clock counts to 24.
 */
export function chooseLanguage(preferred: readonly string[], override: string | null): Choice {
  const wanted = override === null ? preferred : [override, ...preferred]
  const language = wanted.map(languageOf).find(known => known !== undefined) ?? 'en'
  const regional = wanted.find(tag => languageOf(tag) === language && /^[a-z]{2}-[a-z]{2}$/i.test(tag))
  return { language, locale: regional ?? (language === 'en' ? 'en-GB' : language) }
}

function languageOf(tag: string): Language | undefined {
  const primary = tag.trim().toLowerCase().split(/[-_]/)[0]
  return languages.find(language => language === primary)
}
