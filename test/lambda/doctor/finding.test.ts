import { describe, expect, it } from 'vitest'
import { catalogue, tenantApis } from '../../../lambda/doctor/catalogue.ts'
import { classify, type Finding, findings, GivenUpError } from '../../../lambda/doctor/finding.ts'
import { remedyText } from '../../../lambda/doctor/remedy-text.ts'
import { OutOfBudgetError } from '../../../lambda/pacing/gate.ts'
import { SecretError } from '../../../lambda/secret.ts'
import {
  CredentialsError,
  ForeignHostError,
  RefusedError,
  UnexpectedAnswerError,
  UnreachableError,
} from '../../../lambda/sophos/errors.ts'

const refused = (status: number) =>
  new RefusedError(status, { text: 'No', code: 'code', correlationId: 'c1' })

describe('an error', () => {
  it.each([
    [refused(400), 'unknown_shape'],
    [refused(401), 'no_permission'],
    [refused(403), 'forbidden'],
    [refused(404), 'wrong_address'],
    [refused(410), 'unknown_shape'],
    [refused(301), 'unknown_shape'],
    [refused(429), 'throttled'],
    [refused(500), 'server_trouble'],
    [refused(504), 'server_trouble'],
  ] as const)('%o is %s, with everything that Sophos said', (error, finding) => {
    expect(classify(error, 7)).toEqual({
      finding,
      at: 7,
      status: error.status,
      message: 'No (code)',
      correlationId: 'c1',
    })
  })

  it.each([
    [new CredentialsError(refused(401)), 'no_permission'],
    [new CredentialsError(refused(400)), 'no_permission'],
    [new UnreachableError('no answer within 30 seconds'), 'unreachable'],
    [new UnexpectedAnswerError('It is HTML.'), 'unknown_shape'],
    [new ForeignHostError('Not one of ours.'), 'wrong_address'],
    [new OutOfBudgetError('no room'), 'not_tried'],
    [new GivenUpError(3, new UnreachableError('gone')), 'unreachable'],
    [new GivenUpError(3, refused(503)), 'server_trouble'],
    [new SecretError('The secret holds nothing.', 'Fill it.'), 'no_secret'],
  ] as const)('%o is %s', (error, finding) => {
    expect(classify(error, 7)).toMatchObject({ finding, at: 7, message: expect.stringMatching(/./) })
  })

  it('from a bug in this product is thrown on, not reported as a finding', () => {
    expect(() => classify(new TypeError('x is undefined'), 7)).toThrow('x is undefined')
  })
})

describe('a remedy', () => {
  const troubles = findings.filter(finding => finding !== 'works') as Exclude<Finding, 'works'>[]

  it.each(troubles)('for %s is made of whole sentences, for every API', finding => {
    for (const api of [undefined, ...catalogue]) {
      const text = remedyText(finding, api)
      expect(text).toMatch(/^[A-Za-z].*\.$/)
      expect(text).not.toMatch(/undefined|\s\s|\.\./)
      expect(text.endsWith('The dashboard does not use this API.')).toBe(api?.use === 'none')
    }
  })
})

describe('the catalogue', () => {
  it('names each API once, and sends tenants nothing that could change them', () => {
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length)
    const posts = catalogue.filter(({ method }) => method === 'POST').map(({ id }) => id)
    expect(posts).toEqual(['token', 'detections-query'])
  })

  it('names the tenant in every call for a tenant', () => {
    for (const { header } of tenantApis) expect(header).toBe('x-tenant-id')
  })
})
