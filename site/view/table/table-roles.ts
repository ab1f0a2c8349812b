/**
 * Explicit because the rows are grids: older versions of Safari do not treat a table as one if its parts have another
 * display, and read it out as loose text.
 */
export const roles = {
  table: { role: 'table' },
  rowGroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnHeader: { role: 'columnheader' },
  rowHeader: { role: 'rowheader' },
  cell: { role: 'cell' },
} as const
