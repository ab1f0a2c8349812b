import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Tenant } from '../../data/tenant.ts'
import { texts } from '../../text/texts.ts'
import type { Sort } from '../../triage/view.ts'
import { moveFocus } from './move-focus.ts'
import { TableHead } from './table-head.tsx'
import { roles } from './table-roles.ts'
import { type Facts, TenantRow } from './tenant-row.tsx'
import { useAnchor } from './use-anchor.ts'
import { useWindow } from './use-window.ts'
import { type Layout, offsetOf } from './visible-items.ts'

type TableProps = {
  /** The tenants to show, in their order. */
  tenants: readonly Tenant[]
  factsOf: (tenant: Tenant) => Facts
  /** The file has more than counts. */
  detailed: boolean
  sort: Sort | undefined
  onSort: (sort: Sort | undefined) => void
  /** The key of the open row, and its details. */
  opened: string | undefined
  details: ComponentChildren
  onOpen: (key: string | undefined) => void
}

/** Until the first row is measured. */
const likelyRowHeight = 36

/** The tenants. Only those on the screen are in the document: 10,000 rows cost as much as 50. */
export function TenantTable({
  tenants,
  factsOf,
  detailed,
  sort,
  onSort,
  opened,
  details,
  onOpen,
}: TableProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [rowHeight, setRowHeight] = useState(likelyRowHeight)
  const [extra, setExtra] = useState(0)
  const [active, setActive] = useState<{ key: string | undefined; index: number }>({
    key: undefined,
    index: 0,
  })
  const focusWanted = useRef(false)

  const indexOf = useMemo(() => new Map(tenants.map(({ key }, index) => [key, index])), [tenants])
  const openedIndex = opened === undefined ? undefined : indexOf.get(opened)
  const layout: Layout = {
    count: tenants.length,
    itemHeight: rowHeight,
    opened: openedIndex === undefined ? undefined : { index: openedIndex, extra },
  }
  // If the row is gone, the row now at its place is active.
  const activeIndex = indexOf.get(active.key ?? '') ?? Math.min(active.index, tenants.length - 1)

  useAnchor(body, tenants, layout, indexOf)
  const { from, to } = useWindow(body, layout)

  useLayoutEffect(() => {
    const measure = () => {
      const row = body.current?.querySelector('.tenant')
      if (row) setRowHeight(row.getBoundingClientRect().height)
      const open = body.current?.querySelector('.details')
      setExtra(open ? open.getBoundingClientRect().height : 0)
    }
    measure()
    const observer = new ResizeObserver(measure)
    for (const part of body.current?.querySelectorAll('.details, .tenant:first-child') ?? [])
      observer.observe(part)
    return () => observer.disconnect()
  }, [opened, tenants.length === 0])

  useLayoutEffect(() => {
    if (!focusWanted.current) return
    focusWanted.current = false
    body.current?.querySelector<HTMLElement>('.open[tabindex="0"]')?.focus({ preventScroll: true })
  })

  function focusRow(index: number) {
    const tenant = tenants[index]
    if (!tenant || !body.current) return
    scrollIntoView(body.current, offsetOf(layout, index), rowHeight)
    focusWanted.current = true
    setActive({ key: tenant.key, index })
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape' && openedIndex !== undefined) {
      event.stopPropagation()
      // The focus was in the details, which disappear: it goes back to their row.
      if (!onRow(event.target)) focusRow(openedIndex)
      onOpen(undefined)
      return
    }
    if (!onRow(event.target)) return
    const page = Math.max(1, Math.floor(window.innerHeight / rowHeight) - 3)
    const next = moveFocus(event.key, activeIndex, tenants.length, page)
    if (next === undefined) return
    event.preventDefault()
    focusRow(next)
  }

  function onClick(event: MouseEvent) {
    const key = onRow(event.target)
    // A user who selects text in a row wants to copy it.
    if (key === undefined || window.getSelection()?.isCollapsed === false) return
    setActive({ key, index: indexOf.get(key) ?? 0 })
    onOpen(key === opened ? undefined : key)
  }

  function onFocus(event: FocusEvent) {
    const key = onRow(event.target)
    if (key !== undefined && key !== active.key) setActive({ key, index: indexOf.get(key) ?? 0 })
  }

  const drawn = range(from, to)
  // The row with the focus stays in the document at any scroll position: otherwise the focus would be lost.
  if (activeIndex >= 0 && activeIndex < from) drawn.unshift(activeIndex)
  if (activeIndex >= to) drawn.push(activeIndex)
  let end = 0
  const rows = drawn.flatMap(index => {
    const tenant = tenants[index]
    if (!tenant) return []
    const gap = offsetOf(layout, index) - end
    end = offsetOf(layout, index + 1)
    const isOpen = index === openedIndex
    const row = (
      <TenantRow
        key={tenant.key}
        tenant={tenant}
        {...factsOf(tenant)}
        detailed={detailed}
        rowIndex={index + 2}
        active={index === activeIndex}
        opened={isOpen}
        gap={gap}
      />
    )
    if (!isOpen) return [row]
    return [
      row,
      <tr {...roles.row} class="details" key={`${tenant.key} details`}>
        <td {...roles.cell} class="details-cell" colSpan={detailed ? 11 : 7}>
          {details}
        </td>
      </tr>,
    ]
  })

  return (
    <table {...roles.table} class={`tenants ${detailed ? '' : 'plain'}`} aria-rowcount={tenants.length + 1}>
      <caption class="only-heard">{texts.table.caption}</caption>
      <TableHead detailed={detailed} sort={sort} onSort={onSort} />
      <tbody
        {...roles.rowGroup}
        ref={body}
        style={{ paddingBottom: `${offsetOf(layout, tenants.length) - end}px` }}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onFocusIn={onFocus}
      >
        {rows}
      </tbody>
    </table>
  )
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

/** Returns the key of the row of an event; undefined inside the details, which handle their own events. */
function onRow(target: EventTarget | null): string | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('.tenant') : null
  return row?.dataset.key
}

/** Scrolls the page just enough to show the item between the heading and the notice. */
function scrollIntoView(body: HTMLElement, offset: number, height: number) {
  const head = body.previousElementSibling?.getBoundingClientRect().height ?? 0
  const top = body.getBoundingClientRect().top + offset
  const room = window.innerHeight - 2 * height
  if (top < head) window.scrollBy(0, top - head)
  else if (top + height > room) window.scrollBy(0, top + height - room)
}
