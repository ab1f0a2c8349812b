import { writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { measureAges } from '../ages.ts'
import { formatBreaches } from '../soak/report.ts'
import { soak } from '../soak/soak.ts'
import { measureCommunityWay } from './community-way.ts'
import { measureFiles } from './files.ts'
import { measureHistory } from './history.ts'
import { measureNewsAge } from './news-age.ts'
import { measurePacing, type PacingFigures } from './pacing.ts'
import { measureOverHttp } from './pacing-over-http.ts'
import { measurePages } from './page.ts'
import { measurePageCore } from './page-core.ts'
import { measureBundle, measureColdStarts, measureRuns, type ProcessFigures } from './process.ts'
import { soakSection } from './soak-section.ts'
import { table } from './table.ts'

const rateLimits = '10/s 100/m 200000/d'
const latencyMs = [50, 400] as const

const simulated: PacingFigures[] = []
for (const tenants of [100, 300, 1_000, 2_500, 10_000]) {
  simulated.push(await measurePacing(tenants, rateLimits, latencyMs))
}
const overHttp = await measureOverHttp(300, '10/100ms 100/6s', [5, 40])
const community = [100, 1_000, 2_500]
const communityFigures = await Promise.all(
  community.map(tenants => measureCommunityWay(tenants, rateLimits, latencyMs)),
)
const ages = [
  await measureAges(2_500, '10/s 100/m 1000/h 200000/d', 8),
  await measureAges(10_000, rateLimits, 5),
]
const news = [await measureNewsAge(1.5), await measureNewsAge(2)]
const week = await soak({ seed: 1, days: 7, start: Date.UTC(2026, 11, 29) })
const bundle = await measureBundle()
const cold = await measureColdStarts(7)
const small = await measureRuns(1_000)
const medium = await measureRuns(2_500)
const large = await measureRuns(10_000)
const files = measureFiles(10_000)
const history = [measureHistory(2_500, 900_000), measureHistory(2_500, 1_500_000)]
const pageSizes = [2_500, 10_000]
const cores = pageSizes.map(measurePageCore)
const pages = await measurePages(pageSizes)

const text = `# Benchmarks

Written by \`npm run bench\`. Times are of the machine it ran on; ratios and counts are not.

## Pacing: time over the least possible

The least possible time is that of a network without any delay. The fullest windows are counted from the times at which
the server received the calls.

In simulated time, with the real code, the windows \`${rateLimits}\` and delays of ${latencyMs.join(' to ')} ms at random:

${pacingTable(simulated)}

Over real HTTP, with the built bundle as Lambda runs it, windows ten times as fast and delays of 5 to 40 ms at random:

${pacingTable([overHttp])}

## Ages: estates that no single run can collect

Runs every 15 minutes, in simulated time. A tenant is asked by the square root of its rate of detections. The bound is
computed: two cycles, then all other tenants once, then one interval.

${table(
  ['tenants', 'windows', 'hours simulated', 'oldest figure, h', 'oldest of the busiest tenth, h', 'bound, h'],
  ages.map(({ tenants, rateLimits: windows, hours, oldestHours, oldestBusyHours, boundHours }) => [
    tenants,
    windows,
    hours,
    oldestHours.toFixed(2),
    oldestBusyHours.toFixed(2),
    boundHours.toFixed(2),
  ]),
)}

## Age of the news

1,000 tenants at 1,000 calls an hour, with lognormal rates of detections: the mean time from a critical or high detection to
the answer that shows it. The oracle knows the true rates; uniform asks all tenants equally often.

${table(
  ['σ', 'detections', 'ours, min', 'oracle, min', 'ours / oracle', 'uniform / oracle'],
  news.map(({ sigma, detections, ours, oracle, uniform }) => [
    sigma.toFixed(1),
    detections,
    ours.toFixed(1),
    oracle.toFixed(1),
    (ours / oracle).toFixed(2),
    (uniform / oracle).toFixed(2),
  ]),
)}

${soakSection(week)}

## The community script's way

One tenant after the other, 50 ms after each call, no retry; on the same simulator, in simulated time:

${table(
  ['tenants', 'lost', 'lost by ours', 'seconds', 'seconds of ours', 'most calls in a minute'],
  communityFigures.map(({ tenants, lost, seconds, mostInAMinute }) => {
    const ours = simulated.find(figures => figures.tenants === tenants)
    return [
      tenants,
      lost,
      ours ? ours.tenants - ours.collected : '',
      seconds.toFixed(0),
      ours?.seconds.toFixed(0) ?? '',
      mostInAMinute,
    ]
  }),
)}

## The function

Over real HTTP, the built bundle in a process of its own, with the memory flags of a 256 MB function. "All at once" asks
about every tenant without rate limits, which no real run can; "a full run" has all tenants in its state and asks 1,450, as
many as fit into 15 minutes at 100 calls a minute.

${table(
  ['run', 'peak MB', 'CPU s', 'CPU s per 1,000 calls'],
  [
    runRow('1,000 tenants, all at once', small.first, 1),
    runRow('10,000 tenants, all at once', large.first, 10),
    runRow('10,000 tenants, a full run', large.later, 1.45),
    runRow('2,500 tenants, a full run', medium.later, 1.45),
  ],
)}

Cold start, from the beginning of the import to the first request (median of 7): ${cold.bundleMs.toFixed(0)} ms, against
${cold.bareMs.toFixed(0)} ms of a handler that does nothing but import the same AWS clients. The bundle has
${bundle.kib.toFixed(0)} KiB, ${bundle.gzippedKib.toFixed(0)} gzipped.

${table(
  ['10,000 tenants', 'ms', 'KiB'],
  files.map(({ name, ms, kib }) => [name, ms.toFixed(0), kib.toFixed(0)]),
)}

## History

A day of 2,500 tenants, and what 400 of them come to. The merge is that of a run's rows into the full day.

${table(
  ['rows a day', 'bytes a row', 'MB in 400 days', 'merge ms', 'merge MB'],
  history.map(figures => [
    figures.rowsADay,
    figures.bytesPerRow.toFixed(2),
    figures.megabytesIn400Days.toFixed(0),
    figures.mergeMs.toFixed(0),
    figures.mergeMegabytes.toFixed(0),
  ]),
)}

## The page

The built page in Chromium, against the community dashboard's way: Papa Parse for the whole file, the whole table made anew
through innerHTML with jQuery. Both show the same file in the same browser; theirs shows its seven columns. The first table is
timed from the last byte of detections.csv to the frame with the rows. The update touches 1 % of the rows; its time is the
CPU time of the main thread for it, with network, style and layout, less what it takes for as long without one. Medians of 5. Weight is HTML, CSS and JavaScript that index.html names, gzipped: ${pages.ours.weightKib.toFixed(1)} KiB, theirs
${pages.community.weightKib.toFixed(1)} KiB. With all that a plain open fetches after the first table it is ${pages.ours.loadedKib.toFixed(1)} KiB, theirs
${pages.community.loadedKib.toFixed(1)} KiB. Load of the machine's ${cpus().length} cores at the end: ${loadavg()[0]?.toFixed(1)}.

${table(
  ['tenants', 'CSV KiB', 'first table, ms', 'theirs, ms', 'ratio', 'update, ms', 'theirs, ms', 'ratio'],
  pages.ours.estates.flatMap((ours, i) => {
    const theirs = pages.community.estates[i]
    if (!theirs) return []
    return [
      [
        ours.tenants,
        ours.csvKib.toFixed(0),
        ours.firstTableMs.toFixed(0),
        theirs.firstTableMs.toFixed(0),
        (ours.firstTableMs / theirs.firstTableMs).toFixed(2),
        ours.updateMs.toFixed(1),
        theirs.updateMs.toFixed(1),
        (ours.updateMs / theirs.updateMs).toFixed(3),
      ],
    ]
  }),
)}

The same work without the drawing, in Node: the first reading of a file is cold, the rest are medians of 15.

${table(
  [
    'tenants',
    'first reading, ms',
    'update read and arranged, ms',
    'sort by total, ms',
    'by name, ms',
    'by how unusual, ms',
    'search, ms',
    'sums and chart, ms',
    'unseen of all, ms',
    'kept in the browser, KiB',
  ],
  cores.map(core => [
    core.tenants,
    core.firstParseMs.toFixed(0),
    core.updateMs.toFixed(1),
    core.arrangeMs.total.toFixed(1),
    core.arrangeMs.name.toFixed(1),
    core.arrangeMs.unusual.toFixed(1),
    core.arrangeMs.search.toFixed(1),
    core.totalsAndChartMs.toFixed(1),
    core.unseenMs.toFixed(1),
    core.seenKib.toFixed(0),
  ]),
)}
`
process.stdout.write(text)
await writeFile(new URL('README.md', import.meta.url), text)
if ([...simulated, overHttp].some(({ fullest }) => fullest.some(({ limit, calls }) => calls > limit))) {
  process.stderr.write('A window was exceeded.\n')
  process.exitCode = 1
}
if (ages.some(({ oldestHours, boundHours }) => oldestHours > boundHours)) {
  process.stderr.write("A figure's age exceeded its bound.\n")
  process.exitCode = 1
}
if (week.breaches.length > 0) {
  process.stderr.write(`The soak found breaches.\n${formatBreaches(week.breaches).join('\n')}\n`)
  process.exitCode = 1
}

function runRow(
  name: string,
  { peakMb, cpuSeconds }: ProcessFigures,
  thousands: number,
): (string | number)[] {
  return [name, peakMb.toFixed(0), cpuSeconds.toFixed(1), (cpuSeconds / thousands).toFixed(2)]
}

function pacingTable(figures: readonly PacingFigures[]): string {
  const titles = [
    'tenants',
    'collected',
    'calls',
    '429s',
    'seconds',
    'least possible',
    'ratio',
    'fullest windows',
  ]
  return table(
    titles,
    figures.map(({ tenants, collected, calls, throttled, seconds, leastSeconds, fullest }) => [
      tenants,
      collected,
      calls,
      throttled,
      seconds.toFixed(1),
      leastSeconds.toFixed(1),
      (seconds / leastSeconds).toFixed(3),
      fullest.map(({ window, limit, calls }) => `${window}: ${calls} of ${limit}`).join(', '),
    ]),
  )
}
