import type { Texts } from './all-texts.ts'
import { en } from './en.ts'
import type { Choice, Language } from './language.ts'
import { setFormats } from './locale.ts'

/** The texts of the reader's language. Read them while drawing, never at the load of a module: they may still be English then. */
export let texts: typeof en = en

/** All texts of the reader's language, where that is not English. */
export let translated: Texts | undefined

const others: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Texts>>> = {
  de: async () => (await import('./de.ts')).de,
  fr: async () => (await import('./fr.ts')).fr,
  es: async () => (await import('./es.ts')).es,
  ja: async () => (await import('./ja.ts')).ja,
}

/**
 * Makes `texts` those of the choice, and numbers and dates its locale's, in `timeZone` (IANA; undefined is the browser's own). To be awaited
 * before the first drawing. Where the language's file cannot be had, the page stays English: it never stays empty for that.
 * Answers the language that the page speaks now.
 */
export async function loadTexts({ language, locale }: Choice, timeZone?: string): Promise<Language> {
  try {
    translated = language === 'en' ? undefined : await others[language]()
    texts = translated ?? en
  } catch {
    translated = undefined
    texts = en
    setFormats('en-GB', timeZone)
    return 'en'
  }
  setFormats(locale, timeZone)
  return language
}
