import { parseArgs } from 'node:util'
import { formatRun, formatSoak } from './report.ts'
import { soak } from './soak.ts'

// Finds out what a breach is of: node test/soak/main.ts --seed 3 --without "figures lag" --trace --tenant 016
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    days: { type: 'string', default: '1' },
    start: { type: 'string', default: '2026-12-31T09:00:00Z' },
    without: { type: 'string', multiple: true },
    trace: { type: 'boolean', default: false },
    tenant: { type: 'string' },
  },
})
const figures = await soak({
  seed: Number(values.seed),
  days: Number(values.days),
  start: Date.parse(values.start),
  without: values.without ?? [],
  onRun(run, weather) {
    if (values.trace) process.stdout.write(`${formatRun(run, weather, values.tenant)}\n`)
  },
})
process.stdout.write(`${formatSoak(figures)}\n`)
