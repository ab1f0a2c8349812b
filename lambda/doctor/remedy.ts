import type { Api } from './catalogue.ts'
import type { Finding } from './finding.ts'

/** A finding that there is something to say about. */
export type Trouble = Exclude<Finding, 'works'>

/** What to do about a finding, in plain words. `api` is undefined where it is about everything a tenant has. */
export function remedyText(finding: Trouble, api: Api | undefined): string {
  const said = (api && special[api.id]?.[finding]) ?? general[finding](api)
  return api?.use === 'none' ? `${said} The dashboard does without this API.` : said
}

const status = 'status.sophos.com'
// Source: docs.sophos.com/central/partner, "Sophos Central customers".
const assistance =
  'Partner Assistance is off at the tenant, another partner manages it, or it is a trial. The customer turns Partner Assistance on in Sophos Central, under Account Details > Sophos Support.'

const general: Readonly<Record<Trouble, (api: Api | undefined) => string>> = {
  no_permission: api =>
    `The role of this credential does not allow it. ${api ? `It needs ${api.needs}. ` : ''}A Super Admin can make a credential with another role in Sophos Central, under Global Settings > API Credentials Management.`,
  not_licensed: () =>
    'Sophos refuses what needs an XDR or MDR licence here, and answers the rest: the tenant seems to have no such licence, and so no detections to show. Nothing is wrong with the credential: give the tenant a licence, or leave it as it is.',
  not_managed: () =>
    `Every API refuses this tenant (403), and answers for others: it is in the list, and not managed. ${assistance}`,
  forbidden: api =>
    `Refused (403), and nothing in the answers tells why: the role of the credential, a missing licence, or a tenant that is not managed. ${api ? `It needs ${api.needs}. ` : ''}Look at the tenant's licences first, then at the role.`,
  wrong_address: () =>
    'Nothing is there (404), or the address that Sophos names is none of its own: the tenant moved to another region, or the API did. List the tenants anew; if it stays, give Sophos support the correlation id.',
  server_trouble: () =>
    `Sophos' own server failed. Look at ${status} and examine again later; if it stays, give Sophos support the correlation id.`,
  throttled: () =>
    'The rate limit was reached through every try. Another tool uses the same account, credential or address: find it, or lower the setting SOPHOS_RATE_LIMITS.',
  unreachable: () =>
    `No answer came. Check the network, the name server and the firewall of where this runs (https to *.central.sophos.com), then ${status}.`,
  unknown_shape: () =>
    'The answer is not as documented: the API may have changed, or something between here and Sophos answers in its place. Update this product; if it stays, report the evidence.',
  stale: () =>
    'The counts say nothing was detected where something was on most days before. The tenant is quiet, or it was moved to Sophos Fusion, after which this API goes on answering with wrong figures. See in Sophos Central whether it was moved, and whether detections come in there.',
  moved: () =>
    "The tenant was moved to Sophos Fusion, where this API's figures are wrong. The dashboard does not show them; with FUSION_COUNTS=auto it asks Sophos Fusion instead.",
  not_activated: () =>
    'Sophos names no API host for this tenant: it is not activated yet. Nobody can be asked about it until it is.',
  not_tried: () =>
    'There was no room left to ask: the time, or the budget of calls that is shared with the collector. Examine again later.',
}

const special: Partial<Record<Api['id'], Partial<Record<Trouble, string>>>> = {
  token: {
    no_permission:
      'Sophos refuses the client ID or the client secret. Check that the secret holds both, as they were shown when the credential was made, and that the credential still exists: Sophos Central, Global Settings > API Credentials Management.',
    unreachable: `id.sophos.com did not answer. Check the network, the name server and the firewall of where this runs, then ${status}.`,
  },
  'partner-tenants': {
    no_permission:
      'The credential may not list its tenants. Service Principal ReadOnly is enough for it; make one on the partner level of Sophos Central.',
    server_trouble: `The list of tenants failed at the global host. Look at ${status}; nothing can be collected anew until it is back.`,
  },
  'organization-tenants': {
    no_permission:
      'The credential may not list its tenants. Service Principal ReadOnly is enough for it; make one in Sophos Central Enterprise.',
    server_trouble: `The list of tenants failed at the global host. Look at ${status}; nothing can be collected anew until it is back.`,
  },
  'detections-query': {
    no_permission:
      'The role of this credential may not start queries, which are the way around the counts when those are out of order. Counts do without: leave it, or make a credential with the role Service Principal Super Admin.',
  },
}
