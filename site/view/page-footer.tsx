import type { RunStatus } from '../data/parse-status.ts'
import { texts } from '../text/texts.ts'
import type { SiteSettings } from '../triage/settings.ts'

type FooterProps = { run: RunStatus | undefined; settings: SiteSettings; hasRows: boolean }

/** How to read the page, and the problems in its files. */
export function PageFooter({ run, settings, hasRows }: FooterProps) {
  return (
    <footer class="page-footer">
      {hasRows && <p>{texts.footer.howToRead}</p>}
      {[...(run?.problems ?? []), ...settings.problems].map(problem => (
        <p key={problem}>{problem}</p>
      ))}
      {run?.version && <p>{texts.footer.version(run.version)}</p>}
    </footer>
  )
}
