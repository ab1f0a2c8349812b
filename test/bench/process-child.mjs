// Loads the handler from the command line as Lambda does, invokes it once, and prints the figures as JSON. Plain
// JavaScript, because stripping TypeScript types takes 40 MB.
import { subscribe } from 'node:diagnostics_channel'

let firstRequestAt
const note = () => {
  firstRequestAt ??= performance.now()
}
subscribe('http.client.request.start', note)
subscribe('undici:request:create', note)

const startedAt = performance.now()
const { handler } = await import(process.argv[2] ?? '')
await handler({ trigger: 'schedule' }, { getRemainingTimeInMillis: () => 870_000, awsRequestId: 'bench' })
const endedAt = performance.now()

const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
const figures = {
  coldStartMs: (firstRequestAt ?? Number.NaN) - startedAt,
  peakMb: maxRSS / 1_024,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  seconds: (endedAt - startedAt) / 1_000,
}
process.stdout.write(`\n${JSON.stringify(figures)}\n`, () => process.exit())
