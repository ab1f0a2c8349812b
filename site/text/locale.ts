/** The formatters of one locale and time zone. Made once: making one takes longer than using it a hundred times. */
function makeFormats(locale: string, timeZone: string | undefined) {
  const dates = (fields: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { hourCycle: 'h23', timeZone, ...fields })
  const seconds = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  const minutes = { hour: '2-digit', minute: '2-digit' } as const
  const weekday = { weekday: 'short', day: 'numeric', month: 'short' } as const
  const year = { day: 'numeric', month: 'short', year: 'numeric' } as const
  return {
    locale,
    number: new Intl.NumberFormat(locale),
    list: new Intl.ListFormat(locale),
    day: dates(weekday),
    seconds: {
      clock: dates(seconds),
      day: dates({ ...weekday, ...seconds }),
      year: dates({ ...year, ...seconds }),
    },
    minutes: {
      clock: dates(minutes),
      day: dates({ ...weekday, ...minutes }),
      year: dates({ ...year, ...minutes }),
    },
  }
}

/** The current formatters. Read it at each use: it changes with the reader's language. */
export let formats = makeFormats('en-GB', undefined)

/**
 * Sets the locale (BCP 47) and time zone (IANA; undefined is the browser's own) of all formatters. Returns false, and uses the browser's
 * own zone, if the browser does not know the zone.
 */
export function setFormats(locale: string, timeZone: string | undefined): boolean {
  try {
    formats = makeFormats(locale, timeZone)
    return true
  } catch {
    formats = makeFormats(locale, undefined) // The caller says that the zone is unknown.
    return false
  }
}

export function formatCount(count: number): string {
  // Most of the thousands of figures on a page are this small, and Intl takes 50 times as long for each.
  return count < 1000 ? String(count) : formats.number.format(count)
}
