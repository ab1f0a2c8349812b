import { writeFile } from 'node:fs/promises'
import { measurePacing, type PacingFigures } from './pacing.ts'
import { measureOverHttp } from './pacing-over-http.ts'

const latencyMs = [50, 400] as const
const simulated: PacingFigures[] = []
for (const tenants of [100, 300, 1_000]) {
  simulated.push(await measurePacing(tenants, '10/s 100/m 200000/d', latencyMs))
}
const overHttp = await measureOverHttp(300, '10/100ms 100/6s', [5, 40])

const text = `# Benchmarks

Written by \`npm run bench\`.

## Pacing: time over the least possible

The least possible time is that of a network without any delay. The fullest windows are counted from the times at which
the server received the calls.

In simulated time, with the real code, the real windows and delays of ${latencyMs.join(' to ')} ms at random:

${table(simulated)}

Over real HTTP, with the built bundle as Lambda runs it, windows ten times as fast and delays of 5 to 40 ms at random:

${table([overHttp])}
`
process.stdout.write(text)
await writeFile(new URL('README.md', import.meta.url), text)
if ([...simulated, overHttp].some(({ fullest }) => fullest.some(({ limit, calls }) => calls > limit))) {
  process.stderr.write('A window was exceeded.\n')
  process.exitCode = 1
}

function table(figures: readonly PacingFigures[]): string {
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
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
  return [
    row(titles),
    row(titles.map(() => '---')),
    ...figures.map(({ tenants, collected, calls, throttled, seconds, leastSeconds, fullest }) =>
      row([
        tenants,
        collected,
        calls,
        throttled,
        seconds.toFixed(1),
        leastSeconds.toFixed(1),
        (seconds / leastSeconds).toFixed(3),
        fullest.map(({ window, limit, calls }) => `${window}: ${calls} of ${limit}`).join(', '),
      ]),
    ),
  ].join('\n')
}
