/**
 * Explicit because the rows are laid out as grids: older versions of Safari take a table whose parts are not displayed as table
 * parts for no table at all, and read it out as loose text.
 */
export const roles = {
  table: { role: 'table' },
  rowGroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnHeader: { role: 'columnheader' },
  rowHeader: { role: 'rowheader' },
  cell: { role: 'cell' },
} as const
