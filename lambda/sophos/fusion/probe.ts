import * as v from 'valibot'
import { parseBody } from '../answers.ts'
import type { SophosClient } from '../client.ts'
import { UnexpectedAnswerError } from '../errors.ts'
import { askFusion, type FusionAnswer } from './fusion.ts'

/** Read-only, and small: the kinds of case that a tenant has in Fusion. */
export const probeDocument = 'query MigrationProbe { caseTypes(arguments: {}) { types { id } } }'

const probeSchema = v.object({ types: v.nullable(v.array(v.unknown())) })

/**
 * Whether a tenant moved to Sophos Fusion: it did if it has kinds of case there. Known from others' measurement of 148
 * unmoved tenants and one moved one (September 2026), not from Sophos. Throws wherever the answer is not one of the two:
 * nobody may take a failure for "not moved".
 */
export async function probeMigration(
  client: SophosClient,
  url: string,
  tenantId: string,
): Promise<'moved' | 'not_moved'> {
  const headers = { 'x-tenant-id': tenantId }
  return readProbe(await askFusion(client, url, { headers, document: probeDocument, variables: {} }))
}

export function readProbe(answer: FusionAnswer): 'moved' | 'not_moved' {
  const trouble = answer.trouble('caseTypes')
  if (trouble) throw new UnexpectedAnswerError(trouble)
  const { types } = parseBody(probeSchema, answer.data.caseTypes, "Fusion's kinds of case")
  if (types === null) throw new UnexpectedAnswerError('Sophos Fusion told no kinds of case, not even none.')
  return types.length > 0 ? 'moved' : 'not_moved'
}
