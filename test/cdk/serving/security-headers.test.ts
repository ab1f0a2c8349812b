import { expect, it } from 'vitest'
import { securityHeaders } from '../../../cdk/serving/security-headers.ts'
import { readEdge } from '../../../local/web/edge.ts'
import { variant } from '../resources.ts'

it('every behaviour adds exactly the headers that the access function sends itself', () => {
  const { behaviours } = readEdge(variant({}).toJSON())
  expect(behaviours).toHaveLength(6)
  for (const { headers } of behaviours)
    expect(Object.fromEntries(headers.map(({ name, value }) => [name, value]))).toEqual(securityHeaders)
})
