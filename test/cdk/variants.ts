// Combinations of settings for the tests of the stack.

const arnOf = (name: string) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCdEf`

/** Every setting that changes the stack. */
export const everything = {
  access: 'password,203.0.113.0/24',
  secretArn: arnOf('sophos'),
  secretKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  sources: `emea=${arnOf('emea')}`,
  alarmEmail: 'soc@example.com,on-call@example.com',
  documentationUrl: 'https://git.example.com/dashboard/blob/main/docs',
  domainName: 'detections.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab',
  timeZone: 'Europe/Berlin',
  tenantLink: 'https://central.sophos.com/manage/{region}/{id}',
  groups: [{ name: 'Retail', tenants: ['Baker & Co'] }],
  muted: [{ tenant: 'Baker & Co', until: '2999-01-31' }],
  priceClass: 'all',
  logDays: 90,
  historyDays: 30,
  keepData: 'no',
  fusionGuard: 'off',
  fusionCounts: 'auto',
  fusionUrl: 'https://xdr.sophos.com/graphql',
}

export const variants: readonly [string, Readonly<Record<string, unknown>>][] = [
  ['the defaults', {}],
  ['every setting', everything],
  ['public access', { access: 'public' }],
]
