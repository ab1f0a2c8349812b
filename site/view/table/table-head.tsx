import { severities } from '../../data/tenant.ts'
import { texts } from '../../text/texts.ts'
import type { Column, Sort } from '../../triage/view.ts'
import { SeverityMark } from '../marks.tsx'
import { nextSort } from './next-sort.ts'
import { roles } from './table-roles.ts'

type HeadProps = { detailed: boolean; sort: Sort | undefined; onSort: (sort: Sort | undefined) => void }

/** The headings. Each is a button that sorts: first in the usual direction, then in the other, then not at all. */
export function TableHead({ detailed, sort, onSort }: HeadProps) {
  const heading = { sort, onSort }
  return (
    <thead {...roles.rowGroup}>
      <tr {...roles.row} aria-rowindex={1}>
        <Heading {...heading} column="name" class="name" words={texts.table.tenant} />
        {severities.map(severity => (
          <Heading
            {...heading}
            key={severity}
            column={severity}
            class={`count ${severity}`}
            words={texts.severity[severity]}
            short={texts.shortSeverity[severity]}
          />
        ))}
        {detailed && (
          <>
            <Heading {...heading} column="new" class="count news" words={texts.table.new} />
            <Heading {...heading} column="unseen" class="count unseen" words={texts.table.unseen} />
          </>
        )}
        <Heading {...heading} column="total" class="count total" words={texts.total} />
        {detailed && (
          <>
            <th {...roles.columnHeader} scope="col" class="trend">
              {texts.table.trend}
            </th>
            <Heading {...heading} column="status" class="status" words={texts.table.status} />
          </>
        )}
      </tr>
    </thead>
  )
}

type HeadingProps = Pick<HeadProps, 'sort' | 'onSort'> & {
  column: Column
  class: string
  words: string
  short?: string
}

function Heading({ sort, onSort, column, class: kind, words, short }: HeadingProps) {
  const direction = sort?.column === column ? (sort.descending ? 'descending' : 'ascending') : undefined
  const severity = severities.find(name => name === column)
  return (
    <th {...roles.columnHeader} scope="col" class={kind} aria-sort={direction}>
      <button type="button" class="sort" title={words} onClick={() => onSort(nextSort(sort, column))}>
        {severity && <SeverityMark severity={severity} />}
        <span class={short && short !== words ? 'long' : ''}>{words}</span>
        {short && short !== words && (
          <span class="short" aria-hidden="true">
            {short}
          </span>
        )}
        {direction && (
          <svg
            class={`arrow ${direction === 'ascending' ? 'up' : ''}`}
            viewBox="0 0 10 10"
            aria-hidden="true"
          >
            <path d="M0 2h10L5 9z" />
          </svg>
        )}
      </button>
    </th>
  )
}
