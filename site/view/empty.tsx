import type { ViewState } from '../view-state.ts'

/** What stands in the place of the table while there is none, and why. */
export function Empty({ state }: { state: ViewState }) {
  if (state.detections) {
    return (
      <Message title="No tenants">
        The last collection found no tenant. Check that the credential belongs to a partner or an organization
        with tenants.
      </Message>
    )
  }
  if (state.missing !== undefined) {
    return (
      <Message title="Waiting for the first collection…">
        {state.status
          ? 'The service is set up and has not written any figures yet. They appear here by themselves.'
          : `There is no detections.csv beside this page (the server answered ${state.missing}). The table appears by itself as soon as there is one.`}
      </Message>
    )
  }
  if (state.trouble) {
    return (
      <Message title="No figures yet">They could not be loaded. This page goes on trying by itself.</Message>
    )
  }
  return <Message title="Loading…" />
}

function Message({ title, children }: { title: string; children?: string }) {
  return (
    <section class="empty">
      <h2>{title}</h2>
      {children && <p>{children}</p>}
    </section>
  )
}
