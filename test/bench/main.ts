import { writeFile } from 'node:fs/promises'
import { measurePacing, type PacingFigures } from './pacing.ts'

const rateLimits = '10/s 100/m 200000/d'
const latencyMs = [50, 400] as const

const figures: PacingFigures[] = []
for (const tenants of [100, 300, 1_000]) figures.push(await measurePacing(tenants, rateLimits, latencyMs))

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
const pacing = [
  row([
    'tenants',
    'collected',
    'calls',
    '429s',
    'seconds',
    'least possible',
    'ratio',
    'fullest windows (calls of limit)',
  ]),
  row(Array(8).fill('---')),
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

const text = `# Benchmarks

Written by \`npm run bench\`.

## Pacing: time over the least possible

One collection by the real code against the simulator, in simulated time, with the windows \`${rateLimits}\` and delays of
${latencyMs.join(' to ')} ms at random. The least possible time is that of a network without any delay. The fullest windows are
counted from the times at which the server received the calls.

${pacing}
`
process.stdout.write(text)
await writeFile(new URL('README.md', import.meta.url), text)
const exceeded = figures.some(({ fullest }) => fullest.some(({ limit, calls }) => calls > limit))
if (exceeded) {
  process.stderr.write('A window was exceeded.\n')
  process.exitCode = 1
}
