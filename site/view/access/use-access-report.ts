import { useContext, useLayoutEffect, useState } from 'preact/hooks'
import { type AccessReport, parseAccess } from '../../data/parse-access.ts'
import type { Why } from '../../data/why.ts'
import { type Answer, askFile, type Validators } from '../../poll/ask-file.ts'
import { rarely } from '../../poll/rarely.ts'
import { TickerContext } from '../ticking.ts'

/** The doctor runs by hand or once a day. */
const askEveryMs = 10 * 60_000

export type ReportState = {
  /** The last good access-report.json. */
  report: AccessReport | undefined
  validators: Validators | undefined
  /** Why there is no report, or why it could not be refreshed. */
  trouble: Why | undefined
}

/** Kept while the page is open, so that a return to the view still has the last good report. */
let kept: ReportState = { report: undefined, validators: undefined, trouble: undefined }

/** Returns the access report, fetched at once and every ten minutes. A bad answer keeps the last good report. */
export function useAccessReport(): ReportState {
  const ticker = useContext(TickerContext)
  const [state, setState] = useState(kept)
  useLayoutEffect(() => {
    const ask = rarely(askEveryMs, ticker.now, async () => {
      const answer = await askFile('access-report.json', kept.validators, {
        fetch: window.fetch.bind(window),
        now: Date.now,
      })
      kept = mergeReport(kept, answer)
      setState(kept)
    })
    void ask()
    return ticker.subscribe(() => void ask())
  }, [ticker])
  return state
}

function mergeReport(state: ReportState, answer: Answer): ReportState {
  if (answer.kind === 'missing') return { ...state, trouble: { kind: 'gone', code: answer.code } }
  if (answer.kind === 'trouble') return { ...state, trouble: answer.why }
  if (answer.kind === 'unchanged') {
    return { ...state, trouble: state.report ? undefined : { kind: 'unfounded-304' } }
  }
  const report = parseAccess(answer.text)
  if ('problem' in report) return { ...state, trouble: report.problem }
  return { report, validators: answer.validators, trouble: undefined }
}
