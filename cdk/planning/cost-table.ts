import { pathToFileURL } from 'node:url'
import { readSettings } from '../settings.ts'
import { synthesizeTemplate } from '../synthesize.ts'
import { assumed, type Cost, costOf, totalOf } from './cost.ts'
import { pricesOf } from './prices.ts'

const estates = [50, 500, 2_500]

/** The metrics of one credential (lambda/run/metrics.ts). */
const metrics = 4

const parts: readonly (readonly [keyof Cost, string])[] = [
  ['function', 'function and schedule'],
  ['storage', 'data bucket'],
  ['secret', 'secret'],
  ['watching', 'metrics, alarms, logs'],
  ['serving', 'CloudFront'],
]

/** Returns the table for the README, section "Cost": the cost of an installation with the default settings. */
export function costTable(): string {
  const settings = readSettings({})
  const resources = Object.values(Object(synthesizeTemplate({})).Resources)
  const alarms = resources.filter(resource => Object(resource).Type === 'AWS::CloudWatch::Alarm').length
  const costs = estates.map(tenants => costOf({ ...settings, tenants, metrics, alarms }))
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const dollars = (amount: number) => (amount < 0.005 ? '< 0.01' : amount.toFixed(2))
  return [
    row(['US dollars per month', ...estates.map(tenants => `${tenants.toLocaleString('en')} tenants`)]),
    row(['---', ...estates.map(() => '---:')]),
    ...parts.map(([part, name]) => row([name, ...costs.map(cost => dollars(cost[part]))])),
    row(['**total**', ...costs.map(cost => `**${dollars(totalOf(cost))}**`)]),
    '',
    `Prices of ${pricesOf.region}, ${pricesOf.month}, without the free tier. ${assumed.readers} readers have the page open`,
    `${assumed.readerHours} hours per month; ${metrics} metrics, ${alarms} alarms.`,
  ].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.stdout.write(`${costTable()}\n`)
