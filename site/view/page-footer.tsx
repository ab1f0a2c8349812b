import type { RunStatus } from '../data/parse-status.ts'

/** How to read the figures, and what else there is to know. */
export function PageFooter({ run, hasRows }: { run: RunStatus | undefined; hasRows: boolean }) {
  return (
    <footer class="page-footer">
      {hasRows && (
        <p>
          A dash means unknown, which is not zero. Each trend has its own scale; its last bar is the newest
          hour.
        </p>
      )}
      {run?.problems.map(problem => (
        <p key={problem}>{problem}</p>
      ))}
      {run?.version && <p>Version {run.version}</p>}
    </footer>
  )
}
