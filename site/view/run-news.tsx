import type { Source } from '../data/parse-status.ts'
import { formatExactDuration, formatShortTime } from '../text/format.ts'
import { laterTexts } from '../text/later-texts.ts'
import { TroubleMark } from './marks.tsx'
import { Ticking, useTicking } from './ticking.ts'

type RunProps = {
  source: Source
  /** There are several sources: each shows its name. */
  named: boolean
}

/** The result of a source's last run, and the time of the next one. */
export function RunNews({ source, named }: RunProps) {
  // A run that ended early is not a problem: if an estate is larger than the budget, every run does. Its message says
  // so, and the tenants that it did not reach show their age.
  const failed = source.result === 'failed'
  const sentences = failed ? undefined : newsOf(source)
  return (
    <p class={failed ? 'run failed' : 'run'}>
      {failed && <TroubleMark />}
      {named && <bdi class="source">{source.name}: </bdi>}
      {failed && <strong>{laterTexts.run.failed} </strong>}
      {sentences ? `${sentences} ` : source.message && <Message text={source.message} />}
      {sentences && source.remark && <Message text={source.remark} />}
      {source.nextRunAt !== undefined && <NextRun at={source.nextRunAt} />}
    </p>
  )
}

/** Returns the result of the run in the reader's language; undefined if status.json lacks the numbers. */
function newsOf({ counts, result, startedAt, endedAt }: Source): string | undefined {
  const tenants = counts.get('tenants')
  const collected = counts.get('collected')
  if (tenants === undefined || collected === undefined) return undefined
  if (startedAt === undefined || endedAt === undefined) return undefined
  // The run has a sentence of its own for moved tenants; on the page they are among those that need attention.
  const troubled = (counts.get('needAttention') ?? 0) + (counts.get('moved') ?? 0)
  return [
    laterTexts.run.collected(collected, tenants, formatExactDuration(endedAt - startedAt)),
    result === 'partial' ? laterTexts.run.endedEarly : '',
    troubled > 0 ? laterTexts.run.needAttention(troubled) : '',
  ]
    .filter(Boolean)
    .join(' ')
}

const isoTime = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g

/** The run's own message. Its times are UTC in ISO 8601, and are shown like all other times. */
function Message({ text }: { text: string }) {
  const shown = useTicking(now => text.replace(isoTime, time => formatShortTime(Date.parse(time), now)))
  return <bdi lang="en">{shown} </bdi>
}

/**
 * A run writes its result when it ends, so for a while each time the next run is in the past: that is not a problem.
 */
function NextRun({ at }: { at: number }) {
  return (
    <span class="next-run">
      <Ticking
        text={now => {
          const time = formatShortTime(at, now)
          return at > now ? laterTexts.run.next(time) : laterTexts.run.wasDue(time)
        }}
      />
    </span>
  )
}
