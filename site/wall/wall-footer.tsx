import type { Tenant } from '../data/tenant.ts'
import { formatTime } from '../text/format.ts'
import { laterTexts } from '../text/later-texts.ts'
import { texts } from '../text/texts.ts'
import { whyText } from '../text/why.ts'
import { TroubleMark } from '../view/marks.tsx'
import { Ticking } from '../view/ticking.ts'
import type { ViewState } from '../view-state.ts'

type FooterProps = {
  state: ViewState
  recovering: boolean
  /** The tenants without problems that have no place on a page. */
  leftOut: readonly Tenant[]
  paging: { page: number; pages: number; held: boolean; rests: boolean; toggle: () => void }
  /** The browser cannot keep the screen on. */
  mayDim: boolean
  deskAddress: string
}

/** The worst problem in one line, the page number, and for mouse users a link to the full dashboard. */
export function WallFooter({ state, recovering, leftOut, paging, mayDim, deskAddress }: FooterProps) {
  const { page, pages, held, rests, toggle } = paging
  return (
    <footer class="wall-footer">
      <p class="wall-trouble" role="status">
        <Trouble state={state} recovering={recovering} />
      </p>
      <p class="wall-left-out">{sayLeftOut(leftOut)}</p>
      {mayDim && <p class="wall-hint">{laterTexts.wall.mayDim}</p>}
      <a class="wall-hint" href={deskAddress}>
        {laterTexts.wall.toPage}
      </a>
      {pages > 1 && (
        <button type="button" class="wall-pages" aria-pressed={held} onClick={toggle}>
          {pages <= mostDots && <Dots page={page} pages={pages} />}
          {laterTexts.wall.page(page + 1, pages)}
          {rests && ` · ${laterTexts.wall.paused}`}
        </button>
      )}
    </footer>
  )
}

/** Lists tenants without data apart: they may have problems. */
function sayLeftOut(tenants: readonly Tenant[]): string {
  const pending = tenants.filter(({ total }) => total === undefined).length
  const quiet = tenants.length - pending
  return [
    quiet > 0 ? laterTexts.wall.quiet(quiet) : '',
    pending > 0 ? texts.summary.notCollected(pending) : '',
  ]
    .filter(Boolean)
    .join(' · ')
}

const mostDots = 12

function Dots({ page, pages }: { page: number; pages: number }) {
  return (
    <svg class="wall-dots" viewBox={`0 0 ${pages * 10} 10`} aria-hidden="true">
      {Array.from({ length: pages }, (_, i) => (
        <circle key={i} class={i === page ? 'here' : ''} cx={i * 10 + 5} cy={5} r={3} />
      ))}
    </svg>
  )
}

/** Shows only the most important problem: people read a wall in passing. */
function Trouble({ state, recovering }: { state: ViewState; recovering: boolean }) {
  const { trouble, statusTrouble, detections, status } = state
  const failed = status?.run.sources.find(({ result }) => result === 'failed')
  if (recovering)
    return (
      <>
        <TroubleMark /> {laterTexts.wall.recovering}
      </>
    )
  if (trouble) {
    const sentence = detections ? texts.notice.notRefreshed : texts.notice.notLoaded
    return (
      <>
        <TroubleMark />{' '}
        <Ticking text={now => sentence(formatTime(trouble.since, now), whyText(trouble.why))} />
      </>
    )
  }
  if (failed)
    return (
      <>
        <TroubleMark /> <strong>{laterTexts.run.failed}</strong> <bdi lang="en">{failed.message}</bdi>
      </>
    )
  if (!statusTrouble) return null
  return (
    <>
      <TroubleMark />{' '}
      <Ticking
        text={now =>
          texts.notice.runNotRefreshed(formatTime(statusTrouble.since, now), whyText(statusTrouble.why))
        }
      />
    </>
  )
}
