import * as v from 'valibot'
import { parseBody } from '../answers.ts'
import type { SophosClient } from '../client.ts'
import { UnexpectedAnswerError } from '../errors.ts'
import { askFusion, type FusionAnswer } from './fusion.ts'

/** Read-only and small: the case types of a tenant in Fusion. */
export const probeDocument = 'query MigrationProbe { caseTypes(arguments: {}) { types { id } } }'

const probeSchema = v.object({ types: v.nullable(v.array(v.unknown())) })

/**
 * Returns whether a tenant moved to Sophos Fusion: it did if it has case types there. Others measured this with 148 unmoved
 * tenants and one moved tenant (September 2026); Sophos does not document it. Throws if the answer is not clear: a failure
 * must not count as "not moved".
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
  const { types } = parseBody(probeSchema, answer.data.caseTypes, "Fusion's list of case types")
  if (types === null)
    throw new UnexpectedAnswerError("Sophos Fusion's list of case types is null, not empty.")
  return types.length > 0 ? 'moved' : 'not_moved'
}
