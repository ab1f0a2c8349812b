/** The languages of the page. English is in the main bundle; the others load on demand. */
export const languages = ['en', 'de', 'fr', 'es', 'ja'] as const
export type Language = (typeof languages)[number]

/** `language` sets the words, `locale` (BCP 47) the format of numbers and dates. */
export type Choice = { language: Language; locale: string }

/**
 * Returns the reader's language: `override` (`?lang=`) if the page has it, else the first of `preferred` (as `navigator.languages`) that the
 * page has, else English. The region stays if it belongs to that language: `de-CH` gives German words and Swiss numbers. English without a
 * region is British, with a 24-hour clock.
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
