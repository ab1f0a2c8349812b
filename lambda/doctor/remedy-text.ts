import type { Api } from './catalogue.ts'
import type { Finding } from './finding.ts'

export type Trouble = Exclude<Finding, 'works'>

/** Returns what to do about a finding. `api` is undefined if the finding is the same for all of a tenant's APIs. */
export function remedyText(finding: Trouble, api: Api | undefined): string {
  const text = (api && special[api.id]?.[finding]) ?? general[finding](api)
  return api?.use === 'none' ? `${text} The dashboard does not use this API.` : text
}

const status = 'status.sophos.com'
// Source: docs.sophos.com/central/partner, "Sophos Central customers".
const assistance =
  'Partner Assistance is off, another partner manages the tenant, or it is a trial. The customer can turn Partner Assistance on in Sophos Central, under Account Details > Sophos Support.'

const general: Readonly<Record<Trouble, (api: Api | undefined) => string>> = {
  no_secret: () =>
    'The credential could not be read from AWS Secrets Manager, so Sophos was not asked. Check the ARN of the secret, its region, and the right secretsmanager:GetSecretValue.',
  no_permission: api =>
    `The role of this credential does not allow this. ${api ? `It needs ${api.needs}. ` : ''}A Super Admin can create a credential with another role in Sophos Central, under Global Settings > API Credentials Management.`,
  not_licensed: () =>
    'Sophos refuses everything that needs an XDR or MDR licence, and answers the rest: the tenant probably has no such licence, and so no detections to show. The credential is fine. Add a licence, or leave it as it is.',
  not_managed: () =>
    `Every API refuses this tenant (403) and answers for others: it is listed, but this credential cannot manage it. ${assistance}`,
  forbidden: api =>
    `Refused (403), and the answers do not show why: the role of the credential, a missing licence, or a tenant that is not managed. ${api ? `It needs ${api.needs}. ` : ''}Check the tenant's licences first, then the role.`,
  wrong_address: () =>
    'Not found (404), or Sophos names an address that is not its own: the tenant may have moved to another region, or the API changed. Try again; if it stays, give Sophos support the correlation id.',
  server_trouble: () =>
    `Sophos' server failed. Check ${status} and try again later; if it stays, give Sophos support the correlation id.`,
  throttled: () =>
    'The rate limit was reached on every try. Another tool probably uses the same account, credential or address: find it, or lower the setting SOPHOS_RATE_LIMITS.',
  unreachable: () =>
    `No answer. Check the network, DNS and the firewall where this runs (https to *.central.sophos.com), then ${status}.`,
  unknown_shape: () =>
    'The answer is not as documented: the API may have changed, or a proxy answers in its place. Update this product; if it stays, report it with the examples.',
  stale: () =>
    'The counts show no detections for days, after some on most days before. The tenant is quiet, or it moved to Sophos Fusion, where this API keeps answering with wrong figures. Check in Sophos Central whether it moved, and whether it has detections there.',
  moved: () =>
    "The tenant moved to Sophos Fusion, so this API's figures are wrong. The dashboard does not show them; with FUSION_COUNTS=auto it asks Sophos Fusion instead.",
  not_activated: () =>
    'Sophos names no API host for this tenant: it is not activated yet. It cannot be examined until it is.',
  not_tried: () =>
    'Not examined: no time was left, or no calls, which the doctor shares with the collector. Try again later.',
}

const special: Partial<Record<Api['id'], Partial<Record<Trouble, string>>>> = {
  token: {
    no_permission:
      'Sophos refuses the client ID or the client secret. Check that the secret holds both, as shown when the credential was created, and that the credential still exists: Sophos Central, Global Settings > API Credentials Management.',
    unreachable: `id.sophos.com did not answer. Check the network, DNS and the firewall where this runs, then ${status}.`,
  },
  'partner-tenants': {
    no_permission:
      'The credential may not list its tenants. Service Principal ReadOnly is enough; create one at the partner level of Sophos Central.',
    server_trouble: `The tenant list failed at the global host. Check ${status}; no new figures can be collected until it is back.`,
  },
  'organization-tenants': {
    no_permission:
      'The credential may not list its tenants. Service Principal ReadOnly is enough; create one in Sophos Central Enterprise.',
    server_trouble: `The tenant list failed at the global host. Check ${status}; no new figures can be collected until it is back.`,
  },
  'detections-query': {
    no_permission:
      'The role of this credential may not start queries, which replace the counts while those are down. Leave it as it is, or create a credential with the role Service Principal Super Admin.',
  },
}
