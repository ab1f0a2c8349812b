import './empty.css'
import { laterTexts } from '../text/later-texts.ts'
import type { ViewState } from '../view-state.ts'

/** Shown instead of the table while there is none, with the reason. */
export function Empty({ state }: { state: ViewState }) {
  if (state.detections)
    return <Message title={laterTexts.empty.noTenants}>{laterTexts.empty.noTenantsWhy}</Message>
  if (state.missing !== undefined) {
    return (
      <Message title={laterTexts.empty.waiting}>
        {state.status ? laterTexts.empty.waitingWhy : laterTexts.empty.noFile(state.missing)}
      </Message>
    )
  }
  if (state.trouble)
    return <Message title={laterTexts.empty.noFigures}>{laterTexts.empty.noFiguresWhy}</Message>
  return <Message title={laterTexts.empty.loading} />
}

function Message({ title, children }: { title: string; children?: string }) {
  return (
    <section class="empty">
      <h2>{title}</h2>
      {children && <p>{children}</p>}
    </section>
  )
}
