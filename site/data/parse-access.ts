import { type FieldReader, type Fields, fieldReader, parseFields, show } from './read-fields.ts'
import type { UnreadableWhy } from './why.ts'

/** The content of access-report.json: which APIs work for each tenant, and how to fix the rest. */
export type AccessReport = {
  sources: AccessSource[]
  /** What is wrong in the file, one plain sentence each. */
  problems: string[]
}

export type AccessSource = {
  source: string
  writtenAt: number | undefined
  /** The result of the check, in the report's own words. */
  message: string | undefined
  /** The owner of the credential, as text from the file: `idType`, `id` and any other text field. */
  identity: ReadonlyMap<string, string>
  /** How many fixes to apply; `undefined` if the report does not say. */
  toMend: number | undefined
  /** How many tenants have which finding as their worst. */
  byFinding: ReadonlyMap<string, number>
  apis: AccessApi[]
  tenants: AccessTenant[]
  remedies: Remedy[]
}

type AccessApi = { id: string; name: string; byFinding: ReadonlyMap<string, number> }

type AccessTenant = {
  id: string
  name: string
  region: string | undefined
  /** The finding for each API, by the API's id. */
  findings: ReadonlyMap<string, string>
}

/** What to do and for how many tenants, in the report's own words. */
type Remedy = {
  finding: string
  api: string | undefined
  /** `undefined` if the question was asked once for all tenants. */
  tenants: number | undefined
  text: string
}

/** Reads access-report.json. Refuses only text that is not a JSON object; leaves out missing parts. */
export function parseAccess(text: string): AccessReport | { problem: UnreadableWhy } {
  const json = parseFields(text)
  if (!json) return { problem: { kind: 'no-json-object' } }
  const problems: string[] = []
  const read = fieldReader(problems)
  if (json.schemaVersion !== undefined && json.schemaVersion !== 1) {
    problems.push(`access-report.json has schemaVersion ${show(json.schemaVersion)}; this page knows 1.`)
  }
  const sources = read.list(json, 'sources').map((source, i) => toSource(source, `sources[${i}].`, read))
  return { sources, problems }
}

function toSource(source: Fields, at: string, read: FieldReader): AccessSource {
  const summary = read.fields(source, 'summary', at)
  return {
    source: read.string(source, 'source', at) ?? 'default',
    writtenAt: read.instant(source, 'writtenAt', at),
    message: read.string(source, 'message', at) || undefined,
    identity: textsOf(read.fields(source, 'identity', at)),
    toMend: read.number(summary, 'toMend', `${at}summary.`),
    byFinding: read.numbers(summary, 'byFinding', `${at}summary.`),
    apis: read.list(source, 'apis', at).flatMap((api, i) => toApi(api, `${at}apis[${i}].`, read) ?? []),
    tenants: read
      .list(source, 'tenants', at)
      .flatMap((tenant, i) => toTenant(tenant, `${at}tenants[${i}].`, read) ?? []),
    remedies: read
      .list(source, 'remedies', at)
      .flatMap((remedy, i) => toRemedy(remedy, `${at}remedies[${i}].`, read) ?? []),
  }
}

function toApi(api: Fields, at: string, read: FieldReader): AccessApi | undefined {
  const id = read.string(api, 'id', at)
  if (id === undefined) return undefined
  return { id, name: read.string(api, 'name', at) ?? id, byFinding: read.numbers(api, 'byFinding', at) }
}

function toTenant(tenant: Fields, at: string, read: FieldReader): AccessTenant | undefined {
  const id = read.string(tenant, 'id', at)
  if (id === undefined) return undefined
  return {
    id,
    name: read.string(tenant, 'name', at) || id,
    region: read.string(tenant, 'region', at) || undefined,
    findings: textsOf(read.fields(tenant, 'findings', at)),
  }
}

function toRemedy(remedy: Fields, at: string, read: FieldReader): Remedy | undefined {
  const finding = read.string(remedy, 'finding', at)
  const text = read.string(remedy, 'text', at)
  if (finding === undefined || text === undefined) return undefined
  return {
    finding,
    text,
    api: read.string(remedy, 'api', at),
    tenants: read.number(remedy, 'tenants', at) || undefined,
  }
}

function textsOf(fields: Fields): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(fields).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  )
}
