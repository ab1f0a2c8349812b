import { formatTime } from '../text/format.ts'
import { texts } from '../text/texts.ts'
import { whyText } from '../text/why.ts'
import type { Trouble, ViewState } from '../view-state.ts'
import { TroubleMark } from './marks.tsx'
import { useTicking } from './ticking.ts'

type Telling = (since: string, why: string) => string

/**
 * What keeps the page from being refreshed, at the foot of the screen: there it is seen wherever one has scrolled to, and moves nothing. The
 * box is always there, empty or not: otherwise a screen reader does not announce it.
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
