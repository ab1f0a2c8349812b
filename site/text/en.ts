import { plural, tenants } from './english.ts'
import { formatCount } from './locale.ts'

/**
 * The page in English. Other languages have the same texts under the same names. A text takes counts, or text that is ready to show
 * (a time, a duration, a name), and returns what the page shows.
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
  /** For a phone, where a column has room for three digits. */
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
    ageUnknown: 'Age unknown: the file has no timestamp',
    late: (every: string) => `Late: due every ${every}`,
    outOfDate: (every: string) => `Out of date: due every ${every}`,
    clockWrong: 'A clock is wrong: this time is in the future',
  },
  notice: {
    notRefreshed: (since: string, why: string) =>
      `Unable to refresh the data since ${since}: ${why}. Showing the last good data.`,
    notLoaded: (since: string, why: string) => `Unable to load the data since ${since}: ${why}.`,
    runNotRefreshed: (since: string, why: string) =>
      `Unable to refresh the status of the last run since ${since}: ${why}.`,
  },
  /** Why a file did not arrive, as the end of a sentence. The number is the server's status code, or a time in seconds. */
  why: {
    'sign-in': () => 'the server asks you to sign in (401); reload the page',
    status: (code: number) => `the server answered ${code}`,
    'web-page': () => 'the server sent a web page instead of the data',
    timeout: (seconds: number) => `the server did not answer within ${seconds} seconds`,
    unreachable: () => 'the server could not be reached, or the connection was lost',
    gone: (code: number) => `the file is missing (${code})`,
    'unfounded-304': () => 'the server reports no change (304), but never sent the file',
    empty: () => 'the response is empty',
    'no-id-column': () => 'the response has no ID column',
    damaged: () => 'the file is damaged or incomplete',
    'no-json-object': () => 'status.json is not a JSON object',
  },
  summary: {
    heading: 'Summary',
    tenants: 'Tenants',
    needAttention: (count: number) => `${formatCount(count)} ${plural(count, 'needs', 'need')} attention`,
    notCollected: (count: number) => `${formatCount(count)} not collected yet`,
    allAsked: 'All tenants answered',
    unknownTenants: (count: number) => `${tenants(count)} unknown`,
    filterBy: (severity: string) => `Show only tenants with ${severity}`,
    leftOut: (count: number) => `${tenants(count)} with no data`,
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
    noMatch: 'No tenants match. Remove a filter to see more.',
    trendLabel: (hours: number, peak: number, newest: number) =>
      `${hours} hours: peak ${formatCount(peak)}/h, latest hour ${formatCount(newest)}`,
  },
  /** Shown instead of a part of the page that did not load. */
  notLoaded: 'This part of the page did not load. Reload the page to try again.',
  nav: {
    label: 'Dashboard',
    desk: 'Detections',
    access: 'Access',
    wall: 'Wallboard',
    help: 'Help',
  },
  footer: {
    howToRead:
      'A dash means unknown, not zero. Each trend has its own scale; its last bar is the latest hour.',
    version: (version: string) => `Version ${version}`,
  },
  updated: (time: string) => `Data updated, as of ${time}.`,
}
