import { execute, GraphQLError, parse, validate } from 'graphql'
import * as v from 'valibot'
import { badRequest, Refusal } from '../answers.ts'
import { type Call, ok } from '../call.ts'
import { type Central, tenantOnFusion } from '../central.ts'
import { makeAnswers, type Scope } from '../fusion/answers.ts'
import { fusionSchema } from '../fusion/schema.ts'
import type { Route } from '../route.ts'

const Request = v.object({ query: v.string(), variables: v.optional(v.record(v.string(), v.unknown())) })

/**
 * Sophos Fusion's GraphQL: 400 for a request that does not match the schema, 200 with `errors` for a failure behind it,
 * and a status in the body for a search that it cannot parse.
 */
export const fusionRoutes: readonly Route[] = [
  {
    name: 'fusion',
    method: 'POST',
    path: '/graphql',
    on: 'fusion',
    answer(call, central) {
      const scope = scopeOf(central, call)
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Request), call.body)
      if (!parsed.success) throw new Refusal(badRequest('The body is not a GraphQL request.', call.now))
      const { query, variables } = parsed.output
      const document = documentOf(query)
      if (document instanceof GraphQLError)
        return ok({ errors: [shown(document, 'GRAPHQL_PARSE_FAILED')] }, 400)
      const misfits = validate(fusionSchema, document)
      if (misfits.length > 0)
        return ok({ errors: misfits.map(error => shown(error, 'GRAPHQL_VALIDATION_FAILED')) }, 400)
      const rootValue = makeAnswers(central, scope, call.now)
      const result = execute({ schema: fusionSchema, document, rootValue, variableValues: variables ?? {} })
      if (result instanceof Promise) throw new Error('The answers must be synchronous.')
      const { data, errors } = result
      // Variables are checked before execution, so wrong ones mean no data at all.
      if (data === undefined) return ok({ errors: errors?.map(error => shown(error, 'BAD_USER_INPUT')) })
      return ok({ data, ...(errors && { errors: errors.map(error => shown(error)) }) })
    },
  },
]

/** Returns all tenants for the parent's own id, if the option allows it, else the tenant of the call. */
function scopeOf(central: Central, call: Call): Scope {
  const given = call.headers['x-tenant-id']
  if (central.fusion.parent && central.idType !== 'tenant' && given === central.accountId)
    return { tenants: central.world.tenants, isParent: true }
  return { tenants: [tenantOnFusion(central, call)], isParent: false }
}

function documentOf(query: string) {
  try {
    return parse(query)
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}

const shown = ({ message, locations, path, extensions }: GraphQLError, code?: string) => ({
  message,
  ...(path ? { path } : { locations }),
  extensions: code ? { code } : extensions,
})
