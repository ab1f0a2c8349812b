import { plural, tenants } from './english.ts'
import { formatCount } from './locale.ts'

/**
 * The page in English. Other languages have the same texts under the same names. What comes in is a count, or a text that is ready to be
 * shown (a time, a duration, a name); what goes out is shown as it is.
 */
export const en = {
  /** BCP 47, for `<html lang>`. */
  lang: 'en',
  product: 'Sophos Detections',
  last24Hours: 'last 24 hours',
  demo: 'Demo: simulated data',
  unknown: 'unknown',

  units: { blank: ' ', seconds: 's', minutes: 'min', hours: 'h', days: 'd' },
  ago: (duration: string) => `${duration} ago`,
  ahead: (duration: string) => `${duration} ahead`,

  severity: { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low', info: 'Info' },
  /** For a phone, where a column is three figures wide. */
  shortSeverity: { critical: 'Crit', high: 'High', medium: 'Med', low: 'Low', info: 'Info' },
  total: 'Total',
  status: {
    ok: 'OK',
    pending: 'Waiting',
    inactive: 'Inactive',
    forbidden: 'No access',
    not_found: 'Not found',
    moved: 'Moved',
    throttled: 'Throttled',
    failed: 'Failed',
    unknown: 'Unknown',
  },

  title: {
    critical: (count: number) => `${formatCount(count)} critical`,
    outOfDate: 'out of date',
  },
  header: {
    asOf: 'As of',
    fileWritten: 'File written',
    ageUnknown: 'Age unknown: the file does not say when it was written',
    late: (every: string) => `Late: due every ${every}`,
    outOfDate: (every: string) => `Out of date: due every ${every}`,
    clockWrong: 'A clock is wrong: this lies in the future',
    oldestFigure: (time: string, age: string) => `Oldest figure ${time} · ${age}`,
    figuresFrom: (time: string, age: string) => `Figures from ${time}, ${age}`,
  },
  notice: {
    notRefreshed: (since: string, why: string) =>
      `The figures could not be refreshed since ${since}: ${why}. The last good ones are shown.`,
    notLoaded: (since: string, why: string) => `The figures could not be loaded since ${since}: ${why}.`,
    runNotRefreshed: (since: string, why: string) =>
      `The news of the last run could not be refreshed since ${since}: ${why}.`,
  },
  /** Why a file could not be had: the end of a sentence. The number is the server's answer, or a time in seconds. */
  why: {
    'sign-in': () => 'the server asks for a sign-in (401); reload the page',
    status: (code: number) => `the server answered ${code}`,
    'web-page': () => 'the server sent a web page in place of the data',
    timeout: (seconds: number) => `the server did not answer within ${seconds} seconds`,
    unreachable: () => 'the server could not be reached, or the answer broke off',
    gone: (code: number) => `the file is gone (${code})`,
    'unfounded-304': () => 'the server says that nothing changed (304), though it never sent the file',
    empty: () => 'the answer is empty',
    'no-id-column': () => 'the answer has no column ID',
    damaged: () => 'the file is damaged or cut off',
    'no-json-object': () => 'status.json is not a JSON object',
  },
  summary: {
    heading: 'Summary',
    tenants: 'Tenants',
    needAttention: (count: number) => `${formatCount(count)} ${plural(count, 'needs', 'need')} attention`,
    notCollected: (count: number) => `${formatCount(count)} not collected yet`,
    allAsked: 'All could be asked',
    unknownTenants: (count: number) => `${tenants(count)} unknown`,
    filterBy: (severity: string) => `Show only tenants with ${severity}`,
    leftOut: (count: number) => `${tenants(count)} without figures`,
    fresh: (count: number) => `+${formatCount(count)} new`,
    noneNew: 'none new',
    muted: (count: number) => `${formatCount(count)} muted, not counted`,
  },
  table: {
    caption: 'Detections of the last 24 hours by tenant and severity',
    tenant: 'Tenant',
    trend: '24 hours',
    status: 'Status',
    new: 'New',
    unseen: 'Unseen',
    muted: 'Muted',
    /** After a number of new detections: the worst severity among them. */
    worst: (severity: string) => `worst: ${severity}`,
    unnamed: 'Unnamed tenant',
    noMatch: 'No tenant matches. Remove a filter to see more.',
    trendLabel: (hours: number, peak: number, newest: number) =>
      `${hours} hours: at most ${formatCount(peak)} in one, ${formatCount(newest)} in the newest`,
  },
  /** In the place of a part of the page that could not be fetched. */
  notLoaded: 'This part of the page could not be loaded. Reload the page to try again.',
  nav: {
    label: 'Dashboard',
    desk: 'Detections',
    access: 'Access',
    wall: 'Wallboard',
    help: 'Help',
  },
  footer: {
    howToRead:
      'A dash means unknown, which is not zero. Each trend has its own scale; its last bar is the newest hour.',
    version: (version: string) => `Version ${version}`,
  },
  updated: (time: string) => `Figures updated, as of ${time}.`,
}
