import { describe, expect, it } from 'vitest'
import { type Api, type ApiId, catalogue, tenantApis } from '../../../lambda/doctor/catalogue.ts'
import { remedyText, type Trouble } from '../../../lambda/doctor/remedy-text.ts'

function api(id: ApiId): Api {
  const found = catalogue.find(one => one.id === id)
  if (!found) throw new Error(`The catalogue has no ${id}.`)
  return found
}

/** What each remedy must name: the fact or the next step that no other remedy has. */
const keys: Readonly<Record<Trouble, RegExp>> = {
  no_secret: /AWS Secrets Manager.*secretsmanager:GetSecretValue/,
  no_permission: /Super Admin.*API Credentials Management/,
  not_licensed: /XDR or MDR licence.*Add a licence/,
  not_managed: /refuses this tenant \(403\).*Partner Assistance/,
  forbidden: /Refused \(403\).*licences first, then.*role/,
  wrong_address: /\(404\).*region/,
  server_trouble: /server failed.*status\.sophos\.com/,
  throttled: /SOPHOS_RATE_LIMITS/,
  unreachable: /firewall.*\*\.central\.sophos\.com.*status\.sophos\.com/,
  unknown_shape: /not as documented.*Update this product/,
  stale: /days before.*Check in Sophos Central whether it moved/,
  moved: /FUSION_COUNTS=auto/,
  not_activated: /no API host.*not activated/,
  not_tried: /no calls, which the doctor shares/,
}
const troubles = Object.keys(keys) as Trouble[]

describe('the remedy', () => {
  it.each(troubles)('for %s names what helps, and no other remedy says the same', finding => {
    expect(remedyText(finding, undefined)).toMatch(keys[finding])
    for (const other of troubles.filter(one => one !== finding))
      expect(remedyText(other, undefined)).not.toMatch(keys[finding])
  })

  it('for a refusal names what the API needs, and nothing if it is about all of them', () => {
    for (const one of tenantApis) {
      if (one.id !== 'detections-query') expect(remedyText('no_permission', one)).toContain(one.needs)
      expect(remedyText('forbidden', one)).toContain(one.needs)
    }
    expect(remedyText('no_permission', undefined)).not.toContain('It needs')
    expect(remedyText('forbidden', undefined)).not.toContain('It needs')
  })

  it.each([
    ['token', 'no_permission', /client ID or the client secret/],
    ['token', 'unreachable', /^id\.sophos\.com did not answer/],
    ['partner-tenants', 'no_permission', /ReadOnly.*partner level/],
    ['partner-tenants', 'server_trouble', /tenant list failed.*status\.sophos\.com/],
    ['organization-tenants', 'no_permission', /ReadOnly.*Sophos Central Enterprise/],
    ['organization-tenants', 'server_trouble', /tenant list failed.*status\.sophos\.com/],
    ['detections-query', 'no_permission', /may not start queries.*Service Principal Super Admin/],
  ] as const)('for %s has words of its own if it is %s', (id, finding, own) => {
    expect(remedyText(finding, api(id))).toMatch(own)
    expect(remedyText(finding, undefined)).not.toMatch(own)
  })
})
