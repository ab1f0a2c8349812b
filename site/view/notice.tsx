import { formatTime } from '../text/format.ts'
import { texts } from '../text/texts.ts'
import { whyText } from '../text/why.ts'
import type { Trouble, ViewState } from '../view-state.ts'
import { TroubleMark } from './marks.tsx'
import { useTicking } from './ticking.ts'

type Telling = (since: string, why: string) => string

/**
 * What keeps the page from refreshing, at the bottom of the screen: visible at any scroll position, and it moves
 * nothing. The box is always there, even empty: otherwise screen readers do not announce it.
 */
export function Notice({ state: { detections, trouble, statusTrouble } }: { state: ViewState }) {
  return (
    <div class="notice" role="status">
      {trouble && (
        <Sentence trouble={trouble} tell={detections ? texts.notice.notRefreshed : texts.notice.notLoaded} />
      )}
      {statusTrouble && !trouble && <Sentence trouble={statusTrouble} tell={texts.notice.runNotRefreshed} />}
    </div>
  )
}

function Sentence({ trouble: { since, why }, tell }: { trouble: Trouble; tell: Telling }) {
  const sentence = useTicking(now => tell(formatTime(since, now), whyText(why)))
  return (
    <p>
      <TroubleMark />
      <span>{sentence}</span>
    </p>
  )
}
