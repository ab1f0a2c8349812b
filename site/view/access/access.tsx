import './access.css'
import '../empty.css'
import type { AccessSource } from '../../data/parse-access.ts'
import { formatAge, formatCount, formatTime } from '../../text/format.ts'
import { laterTexts } from '../../text/later-texts.ts'
import { whyText } from '../../text/why.ts'
import { TroubleMark } from '../marks.tsx'
import { Ticking } from '../ticking.ts'
import { useAccessReport } from './use-access-report.ts'

/** The summary of access-report.json: what works, what does not, and how to fix it. */
export function Access() {
  const { report, trouble } = useAccessReport()
  if (!report) {
    return (
      <section class="empty">
        <h2>{trouble && trouble.kind !== 'gone' ? laterTexts.access.unreadable : laterTexts.access.none}</h2>
        {trouble && <p>{trouble.kind === 'gone' ? laterTexts.access.howToMake : `${whyText(trouble)}.`}</p>}
      </section>
    )
  }
  return (
    <div class="access">
      <h2>{laterTexts.access.heading}</h2>
      {trouble && <p class="trouble">{whyText(trouble)}</p>}
      {report.problems.map(problem => (
        <p key={problem}>{problem}</p>
      ))}
      {report.sources.map(source => (
        <Source key={source.source} source={source} />
      ))}
    </div>
  )
}

const works = 'works'

function Source({ source }: { source: AccessSource }) {
  const { writtenAt, message, toMend } = source
  return (
    <section>
      <h3>
        <bdi>{source.source}</bdi>
        {writtenAt !== undefined && (
          <span class="written">
            <Ticking text={now => `${formatTime(writtenAt, now)} · ${formatAge(writtenAt, now)}`} />
          </span>
        )}
      </h3>
      <p class={toMend ? 'to-mend' : ''}>
        {toMend !== undefined && toMend > 0 && <TroubleMark />}{' '}
        {toMend === 0 ? laterTexts.access.allWell : toMend !== undefined && laterTexts.access.toMend(toMend)}
      </p>
      {message && (
        <p>
          <bdi>{message}</bdi>
        </p>
      )}
      {source.identity.size > 0 && (
        <dl class="identity">
          {[...source.identity].map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {source.apis.length > 0 && <Apis source={source} />}
      {source.remedies.length > 0 && (
        <>
          <h4>{laterTexts.access.remedies}</h4>
          <ul class="remedies">
            {source.remedies.map(({ finding, api, tenants, text }) => (
              <li key={`${finding} ${api}`}>
                <bdi>{text}</bdi>
                {tenants !== undefined && <span class="for"> {laterTexts.access.forTenants(tenants)}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** A row for each API, a column for each finding, with what works first. */
function Apis({ source: { apis } }: { source: AccessSource }) {
  const findings = [...new Set([works, ...apis.flatMap(({ byFinding }) => [...byFinding.keys()])])]
  return (
    <div class="scrolls">
      <table>
        <caption class="only-heard">{laterTexts.access.heading}</caption>
        <thead>
          <tr>
            <th scope="col">{laterTexts.access.api}</th>
            {findings.map(finding => (
              <th scope="col" class="number" key={finding}>
                {findingWord(finding)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {apis.map(({ id, name, byFinding }) => (
            <tr key={id}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              {findings.map(finding => {
                const count = byFinding.get(finding) ?? 0
                const kind = count === 0 ? 'zero' : finding === works ? '' : 'trouble'
                return (
                  <td class={`number ${kind}`} key={finding}>
                    {formatCount(count)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Returns the word for a finding; the report's own word if the page has none. */
function findingWord(finding: string): string {
  return finding === works ? laterTexts.access.works : finding.replaceAll('_', ' ').replaceAll('-', ' ')
}
