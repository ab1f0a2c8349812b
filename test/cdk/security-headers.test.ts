import { expect, it } from 'vitest'
import { securityHeaders } from '../../cdk/security-headers.ts'
import { synthesizeTemplate } from '../../cdk/synthesize.ts'
import { readEdge } from '../../local/web/edge.ts'

it('every behaviour adds exactly the headers that the access function sends with its own answers', () => {
  const { behaviours } = readEdge(synthesizeTemplate({}))
  expect(behaviours).toHaveLength(5)
  for (const { headers } of behaviours)
    expect(Object.fromEntries(headers.map(({ name, value }) => [name, value]))).toEqual(securityHeaders)
})
