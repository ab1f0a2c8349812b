import type { Texts } from './all-texts.ts'
import { en } from './en.ts'
import type { Choice, Language } from './language.ts'
import { setFormats } from './locale.ts'

/** The texts of the reader's language. Read them while drawing, never when a module loads: they may still be English then. */
export let texts: typeof en = en

/** All texts of the reader's language, unless that is English. */
export let translated: Texts | undefined

const others: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Texts>>> = {
  de: async () => (await import('./de.ts')).de,
  fr: async () => (await import('./fr.ts')).fr,
  es: async () => (await import('./es.ts')).es,
  ja: async () => (await import('./ja.ts')).ja,
}

/**
 * Loads the texts of the chosen language, and sets the format of numbers and dates, in `timeZone` (IANA; undefined is the browser's own).
 * Await it before the first drawing. If the language does not load, the page stays English: it must not stay empty.
 * Returns the language in use.
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
