import { plural, tenants } from './english.ts'
import { formatCount } from './locale.ts'

/** The English texts of the parts of the page that load on demand. */
export const enLater = {
  groups: {
    heading: 'Groups',
    caption: 'Detections of the last 24 hours by group and severity',
    none: 'No group',
  },

  details: {
    hours: 'By hour and severity',
    hour: 'Hour',
    noHours: 'No hourly data for this tenant.',
    history: 'Last 7 days; each point covers the 24 hours before it',
    noHistory: 'No history for this tenant in the last 7 days.',
    gaps: (days: string) => `Missing or unreadable: ${days}`,
    loading: 'Loading the history…',
    historyLabel: (most: string, last: string) => `0 to ${most} detections; latest ${last}`,
    criticalAndHigh: 'Critical and high',
    collected: 'Collected',
    region: 'Region',
    source: 'Source',
    method: 'Method',
    methods: { counts: 'Counts API', query: 'Query API', fusion: 'Fusion' } as Readonly<
      Record<string, string>
    >,
    migration: 'Sophos Fusion',
    migrations: { moved: 'Moved', not_moved: 'Not moved', not_checked: 'Not checked' } as Readonly<
      Record<string, string>
    >,
    id: 'ID',
    mutedUntil: (day: string) => `Muted until ${day}`,
    newSince: (time: string) => `New since ${time}`,
    unseen: 'Unseen by you',
    none: 'none',
    link: 'Open in Sophos Central',
  },

  access: {
    heading: 'Access to the APIs',
    none: 'No access report',
    howToMake:
      'An access report shows which APIs work for which tenants, and how to fix the rest. The doctor writes it to access-report.json, next to detections.csv.',
    unreadable: 'Cannot read the access report',
    allWell: 'No problems found.',
    toMend: (count: number) => `${formatCount(count)} ${plural(count, 'problem', 'problems')} to fix`,
    api: 'API',
    works: 'works',
    remedies: 'How to fix it',
    forTenants: (count: number) => `(${tenants(count)})`,
  },

  help: {
    keys: 'Keys',
    /** Keys separated by blanks, and what they do. */
    keyList: [
      ['/', 'Search'],
      ['↑ ↓ j k', 'Next or previous tenant'],
      ['PgUp PgDn Home End', 'Page, first, last'],
      ['Enter', 'Open or close a tenant'],
      ['Esc', 'Close'],
      ['?', 'This help'],
    ] as readonly (readonly [keys: string, what: string])[],
    singleKeys: 'The keys / and ? work everywhere on the page',
    reading: 'How to read this page',
    trouble: 'No answer',
    sentences: [
      'A dash means unknown, never zero. Totals say how many tenants they leave out.',
      'New means since the previous run. Unseen means since you last marked all as seen in this browser.',
      'Numbers in italics are older than the rest; their age is next to them.',
      'While you work in the table, rows stay in place when new data arrives. “Sort again” puts the worst at the top.',
    ] as readonly string[],
    licences: 'Licences of the software in this page',
  },

  filter: {
    severity: 'Severity',
    status: 'Status',
    region: 'Region',
    source: 'Source',
    group: 'Group',
    only: 'Only',
    sortBy: 'Sort by',
    worstFirst: 'Worst first',
    descending: 'Descending',
    age: 'Age of the data',
  },

  wall: {
    quiet: (count: number) =>
      `${formatCount(count)} more ${plural(count, 'tenant has', 'tenants have')} nothing critical, high or new`,
    heading: 'Tenants, worst first',
    page: (page: number, of: number) => `Page ${formatCount(page)} of ${formatCount(of)}`,
    paused: 'Paused',
    new: (count: number) => `${formatCount(count)} new`,
    nextData: (duration: string) => `Next data in ${duration}`,
    dueNow: 'Next data is due',
    muted: (count: number) => `${formatCount(count)} muted`,
    nothingMatches: 'No tenants match the filters of this wallboard.',
    recovering: 'This screen had an error and shows the last good data. It reloads by itself.',
    toPage: 'Open the full dashboard',
    mayDim: 'This browser cannot keep the screen awake. Turn off the screen saver.',
  },

  attention: {
    button: 'Signals',
    heading: 'Signals for new critical detections',
    intro: 'One signal per new event, on this device only. Muted tenants give no signal.',
    sound: 'Play a sound',
    testSound: 'Test the sound',
    notify: 'Show a desktop notification',
    testNotify: 'Test the notification',
    denied: 'This browser blocks notifications from this page. Allow them in its settings for this site.',
    unsupported: 'This browser does not support desktop notifications.',
    soundBlocked: 'This browser allows sound only after a click or key press on this page.',
    close: 'Close',
    newCritical: (count: number) =>
      `${formatCount(count)} new critical ${plural(count, 'detection', 'detections')}`,
    others: (count: number) => `${formatCount(count)} more`,
    testTitle: 'Test notification',
    testBody: 'New critical detections will look like this.',
  },

  toolbar: {
    label: 'Search and filters',
    search: 'Search tenants',
    searchFor: (text: string) => `“${text}”`,
    filters: 'Filters',
    onlyNew: 'Only new',
    onlyUnseen: 'Only unseen',
    withoutMuted: 'Hide muted',
    unusual: 'Most unusual first',
    unusualWhy: 'How much the last few hours differ from the rest of the day, for each tenant',
    sortAgain: 'Order changed: sort again',
    allShown: (all: number) => tenants(all),
    shown: (shown: number, all: number) => `${formatCount(shown)} of ${tenants(all)}`,
    unknownLeftOut: (count: number) =>
      `${formatCount(count)} left out: unknown if ${plural(count, 'it matches', 'they match')}`,
    markSeen: (count: string) => `Mark all seen (${count})`,
    allSeen: 'All seen',
    download: 'Download CSV',
    downloadWhy: 'The rows shown, in this order, as a CSV file',
    remove: (filter: string) => `Remove filter ${filter}`,
    clear: 'Clear all',
  },

  chart: {
    heading: 'Detections by hour',
    label: 'Detections by hour, all tenants shown',
    peak: (count: string) => `peak ${count}/h`,
    quiet: 'none in 24 hours',
    unknown: 'No hourly data for the tenants shown.',
  },

  moved: {
    advice: 'See their detections in Sophos Fusion.',
    heading: (count: number) => `${tenants(count)} moved to Sophos Fusion: not included in the totals.`,
    all: (count: number) => `Show all ${formatCount(count)}`,
  },

  run: {
    failed: 'Last run failed.',
    collected: (ok: number, of: number, duration: string) =>
      `Collected ${formatCount(ok)} of ${tenants(of)} in ${duration}.`,
    needAttention: (count: number) => `${formatCount(count)} ${plural(count, 'needs', 'need')} attention.`,
    endedEarly: 'The run ended early; the next run continues.',
    next: (time: string) => `Next run ${time}.`,
    wasDue: (time: string) => `Run overdue since ${time}.`,
    oldestFigure: (time: string, age: string) => `Oldest data ${time} · ${age}`,
  },

  /** API calls used, out of those a window allows. `window` is as in the settings, such as 1000/h. */
  budget: {
    heading: 'API calls used',
    perHour: (used: number, limit: number) => `${formatCount(used)} of ${formatCount(limit)} an hour`,
    perDay: (used: number, limit: number) => `${formatCount(used)} of ${formatCount(limit)} a day`,
    other: (used: number, window: string) => `${formatCount(used)} of ${window}`,
  },

  empty: {
    noTenants: 'No tenants',
    noTenantsWhy:
      'The last run found no tenants. Check that the credential belongs to a partner or an organization with tenants.',
    waiting: 'Waiting for the first run…',
    waitingWhy:
      'The service is set up but has not written any data yet. The data will appear here by itself.',
    noFile: (code: number) =>
      `No detections.csv next to this page (the server answered ${code}). The table appears when the file does.`,
    noFigures: 'No data yet',
    noFiguresWhy: 'The data could not be loaded. This page keeps trying.',
    loading: 'Loading…',
  },
}
