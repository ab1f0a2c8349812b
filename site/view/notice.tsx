import { formatTime } from '../text/format.ts'
import type { Trouble, ViewState } from '../view-state.ts'
import { TroubleMark } from './marks.tsx'
import { Ticking } from './ticking.ts'

/** What keeps the page from being refreshed. The box is always there, empty or not: only then a screen reader hears it fill. */
export function Notice({ state: { detections, trouble, statusTrouble } }: { state: ViewState }) {
  return (
    <div class="notice" role="status">
      {trouble && (
        <Sentence
          trouble={trouble}
          what={detections ? 'The figures could not be refreshed' : 'The figures could not be loaded'}
          then={detections ? 'Below are the last good ones.' : ''}
        />
      )}
      {statusTrouble && !trouble && (
        <Sentence trouble={statusTrouble} what="The news of the last run could not be refreshed" then="" />
      )}
    </div>
  )
}

function Sentence({ trouble, what, then }: { trouble: Trouble; what: string; then: string }) {
  return (
    <p>
      <TroubleMark />
      <span>
        {what} since <Ticking text={now => formatTime(trouble.since, now)} />: {trouble.why}. {then}
      </span>
    </p>
  )
}
