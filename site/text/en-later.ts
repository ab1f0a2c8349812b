import { plural, tenants } from './english.ts'
import { formatCount } from './locale.ts'

/** The English texts of the parts of the page that are fetched when they are first wanted. */
export const enLater = {
  groups: {
    heading: 'Groups',
    caption: 'Detections of the last 24 hours by group and severity',
    none: 'In no group',
  },

  details: {
    hours: 'By hour and severity',
    hour: 'Hour',
    noHours: 'The hours of this tenant are not known.',
    history: 'The last 7 days, each point the 24 hours before it',
    noHistory: 'There is no history of this tenant for the last 7 days.',
    gaps: (days: string) => `Not kept or not readable: ${days}`,
    loading: 'Loading the history…',
    historyLabel: (most: string, last: string) => `Between 0 and ${most} detections; ${last} at the end`,
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
      'An access report tells which of your tenants can be asked by which API, and what would mend the rest. The doctor writes it as access-report.json beside detections.csv.',
    unreadable: 'The access report cannot be read',
    allWell: 'Nothing to mend.',
    toMend: (count: number) => `${formatCount(count)} ${plural(count, 'thing', 'things')} to mend`,
    api: 'API',
    works: 'works',
    remedies: 'What would mend it',
    forTenants: (count: number) => `(${tenants(count)})`,
  },

  help: {
    keys: 'Keys',
    /** Keys separated by blanks, and what they do. */
    keyList: [
      ['/', 'Search'],
      ['↑ ↓ j k', 'To the next or the previous tenant'],
      ['PgUp PgDn Home End', 'Further, and to the ends'],
      ['Enter', 'Open or close a tenant'],
      ['Esc', 'Close'],
      ['?', 'This help'],
    ] as readonly (readonly [keys: string, what: string])[],
    singleKeys: 'The keys / and ? work everywhere on the page',
    reading: 'How to read it',
    trouble: 'Could not be asked',
    sentences: [
      'A dash means unknown, which is never zero. Totals say how many tenants they leave out.',
      'New is what came since the run before; unseen is what came since you marked all as seen, in this browser.',
      'Figures in italics are older than the others: their time stands beside them.',
      'While you work in the table, its rows keep their places when new figures come; “Sort again” puts the worst on top.',
    ] as readonly string[],
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
    age: 'Age of the figures',
  },

  wall: {
    quiet: (count: number) =>
      `${formatCount(count)} more ${plural(count, 'tenant has', 'tenants have')} nothing critical, high or new`,
    heading: 'Tenants, biggest trouble first',
    page: (page: number, of: number) => `Page ${formatCount(page)} of ${formatCount(of)}`,
    paused: 'Paused',
    new: (count: number) => `${formatCount(count)} new`,
    nextData: (duration: string) => `Next figures in ${duration}`,
    dueNow: 'Next figures are due',
    muted: (count: number) => `${formatCount(count)} muted`,
    nothingMatches: 'No tenant matches the filters of this wall.',
    recovering: 'This screen had an error and shows the last good figures. It reloads by itself.',
    toPage: 'Open the whole dashboard',
    mayDim: 'This browser cannot keep the screen awake: turn off its screen saver.',
  },

  attention: {
    button: 'Signals',
    heading: 'Signals for new critical detections',
    intro: 'One signal for each new event, on this device only. Muted tenants give none.',
    sound: 'Play a sound',
    testSound: 'Test the sound',
    notify: 'Show a desktop notification',
    testNotify: 'Test the notification',
    denied: 'This browser blocks notifications of this page. Allow them in its settings for this site.',
    unsupported: 'This browser has no desktop notifications.',
    soundBlocked: 'This browser allows sounds only after a click or a key in this page.',
    close: 'Close',
    newCritical: (count: number) =>
      `${formatCount(count)} new critical ${plural(count, 'detection', 'detections')}`,
    others: (count: number) => `${formatCount(count)} more`,
    testTitle: 'Test notification',
    testBody: 'This is how a new critical detection is announced.',
  },

  toolbar: {
    label: 'Search and filters',
    search: 'Search tenants',
    searchFor: (text: string) => `“${text}”`,
    filters: 'Filters',
    onlyNew: 'Only new',
    onlyUnseen: 'Only unseen',
    withoutMuted: 'Without muted',
    unusual: 'Most unusual first',
    unusualWhy: 'By how far the last hours stand out from the rest of the day, for each tenant by itself',
    sortAgain: 'Order has changed: sort again',
    allShown: (all: number) => tenants(all),
    shown: (shown: number, all: number) => `${formatCount(shown)} of ${tenants(all)}`,
    unknownLeftOut: (count: number) =>
      `${formatCount(count)} left out, since it is unknown whether ${plural(count, 'it matches', 'they match')}`,
    markSeen: (count: string) => `Mark all seen (${count})`,
    allSeen: 'All seen',
    download: 'Download CSV',
    downloadWhy: 'What is shown, in its order, as a CSV file',
    remove: (filter: string) => `Remove filter ${filter}`,
    clear: 'Clear all',
  },

  chart: {
    heading: 'Detections by hour',
    label: 'Detections by hour, all tenants shown',
    peak: (count: string) => `at most ${count} in an hour`,
    quiet: 'none in 24 hours',
    unknown: 'The hours of the tenants shown are not known.',
  },

  moved: {
    advice: 'Look for their detections in Sophos Fusion.',
    heading: (count: number) =>
      `${tenants(count)} moved to Sophos Fusion: the totals leave ${plural(count, 'it', 'them')} out.`,
    all: (count: number) => `Show all ${formatCount(count)}`,
  },

  run: {
    failed: 'Last run failed.',
    collected: (ok: number, of: number, duration: string) =>
      `Collected ${formatCount(ok)} of ${tenants(of)} in ${duration}.`,
    needAttention: (count: number) => `${formatCount(count)} ${plural(count, 'needs', 'need')} attention.`,
    endedEarly: 'The run ended early; the next one goes on.',
    next: (time: string) => `Next run ${time}.`,
    wasDue: (time: string) => `A run was due ${time}.`,
  },

  /** Calls to the API out of those that a window allows. `window` is as the settings have it, such as 1000/h. */
  budget: {
    heading: 'API calls used',
    perHour: (used: number, limit: number) => `${formatCount(used)} of ${formatCount(limit)} an hour`,
    perDay: (used: number, limit: number) => `${formatCount(used)} of ${formatCount(limit)} a day`,
    other: (used: number, window: string) => `${formatCount(used)} of ${window}`,
  },

  empty: {
    noTenants: 'No tenants',
    noTenantsWhy:
      'The last collection found no tenant. Check that the credential belongs to a partner or an organization with tenants.',
    waiting: 'Waiting for the first collection…',
    waitingWhy: 'The service is set up and has not written any figures yet. They appear here by themselves.',
    noFile: (code: number) =>
      `There is no detections.csv beside this page (the server answered ${code}). The table appears by itself as soon as there is one.`,
    noFigures: 'No figures yet',
    noFiguresWhy: 'They could not be loaded. This page goes on trying by itself.',
    loading: 'Loading…',
  },
}
