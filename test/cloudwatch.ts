/** An alarm in the template, as CloudFormation hands it to CloudWatch. */
type AlarmProperties = {
  readonly Namespace: string
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[]
  readonly Statistic: 'Sum' | 'Minimum' | 'Maximum'
  readonly Period: number
  readonly EvaluationPeriods: number
  readonly DatapointsToAlarm?: number
  readonly Threshold: number
  readonly ComparisonOperator: string
  readonly TreatMissingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing'
}
type State = 'OK' | 'ALARM'
type Point = { readonly at: number; readonly value: number }
type Ring = { readonly alarm: string; readonly state: State; readonly at: number }

const minuteMs = 60_000
/** How many more periods CloudWatch reads than it needs, so that late or missing data is made up for. */
const furtherPeriods = 2

/**
 * A small CloudWatch: evaluates the alarms of a synthesized template once a minute over the metrics it was given. The rules
 * are those of AWS' "Alarm evaluation" and "Configuring how alarms treat missing data".
 */
export function openCloudWatch(template: object, start: number) {
  const alarms = Object.entries<{ Type: string; Properties: AlarmProperties }>(Object(template).Resources)
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([id, { Properties }]) => ({
      name: id.replace(/^Alarms|[0-9A-F]{8}$/g, ''),
      of: Properties,
      key: keyOf(Properties.Namespace, Properties.MetricName, dimensionsOf(Properties)),
      state: 'OK' as State,
    }))
  const points = new Map<string, Point[]>()
  const rings: Ring[] = []
  let now = Math.floor(start / minuteMs) * minuteMs

  return {
    rings,
    /** Adds a value of a metric. Dimensions that only a deploy knows, such as a function's name, are left out. */
    put(metric: { namespace: string; name: string; dimensions?: object; value: number; at: number }): void {
      const { namespace, name, dimensions = {}, value, at } = metric
      const key = keyOf(namespace, name, dimensions)
      const known = points.get(key) ?? []
      points.set(key, known)
      known.push({ at, value })
    },
    /** Evaluates all alarms in every minute until `until`. An alarm rings for an installation that lived for a while. */
    pass(until: number): void {
      for (now += minuteMs; now <= until; now += minuteMs) {
        for (const alarm of alarms) {
          const state = evaluate(alarm.of, points.get(alarm.key) ?? [], now) ?? alarm.state
          if (state !== alarm.state) rings.push({ alarm: alarm.name, state, at: now })
          alarm.state = state
        }
      }
      now -= minuteMs
    },
  }
}

const keyOf = (namespace: string, name: string, dimensions: object): string =>
  `${namespace} ${name} ${JSON.stringify(Object.entries(dimensions).sort())}`

function dimensionsOf({ Dimensions }: AlarmProperties): object {
  const fixed = Dimensions.filter(({ Value }) => typeof Value === 'string')
  return Object.fromEntries(fixed.map(({ Name, Value }) => [Name, Value]))
}

/** The state of an alarm at `now`, or undefined where it stays as it is. */
function evaluate(alarm: AlarmProperties, points: readonly Point[], now: number): State | undefined {
  const { EvaluationPeriods: needed, DatapointsToAlarm: enough = needed } = alarm
  const periodMs = alarm.Period * 1_000
  const found: number[] = []
  for (let n = 0; n < needed + furtherPeriods && found.length < needed; n++) {
    const value = statistic(alarm, points, now - (n + 1) * periodMs, now - n * periodMs)
    if (value !== undefined) found.push(value)
  }
  const breaching = found.filter(value => isBreaching(alarm, value)).length
  const missing = needed - found.length
  switch (alarm.TreatMissingData) {
    case 'breaching':
      return breaching + missing >= enough ? 'ALARM' : 'OK'
    case 'notBreaching':
      return breaching >= enough ? 'ALARM' : 'OK'
    default:
      if (breaching >= enough) return 'ALARM'
      return found.length - breaching > needed - enough ? 'OK' : undefined
  }
}

function isBreaching({ ComparisonOperator, Threshold }: AlarmProperties, value: number): boolean {
  if (ComparisonOperator === 'GreaterThanOrEqualToThreshold') return value >= Threshold
  throw new Error(`This CloudWatch does not know ${ComparisonOperator}.`)
}

function statistic(
  { Statistic }: AlarmProperties,
  points: readonly Point[],
  from: number,
  to: number,
): number | undefined {
  const values: number[] = []
  for (let i = points.length - 1; i >= 0; i--) {
    const { at, value } = points[i] ?? { at: 0, value: 0 }
    // A run's values may be an hour out of order, where one counts at its start and another at its end.
    if (at < from - 3_600_000) break
    if (at >= from && at < to) values.push(value)
  }
  if (values.length === 0) return undefined
  if (Statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0)
  return Statistic === 'Minimum' ? Math.min(...values) : Math.max(...values)
}
