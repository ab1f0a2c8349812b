import type { Settings } from '../settings.ts'
import { notAllowed, SettingError } from './setting-error.ts'

/** Where this cannot be installed, and what is missing there. */
const elsewhere: readonly (readonly [prefix: string, why: string])[] = [
  [
    'cn-',
    'China: there, CloudFront serves no page without a domain of your own that is registered with the authorities (ICP)',
  ],
  ['us-gov-', 'AWS GovCloud (US): it has no CloudFront'],
]

/**
 * Refuses a region where this cannot run, and secrets and keys of another region than the stack's: the function could not
 * read them. `region` is that of the stack; undefined if it is not known yet, and then the secrets must be in one.
 * @throws SettingError
 */
export function checkRegions(
  { secretArn, secretKeyArns, sources }: Pick<Settings, 'secretArn' | 'secretKeyArns' | 'sources'>,
  region: string | undefined,
): void {
  const [, why] = elsewhere.find(([prefix]) => region?.startsWith(prefix)) ?? []
  if (why) {
    throw new SettingError(
      `The region is ${region}, in ${why}. Choose another region, such as AWS_REGION=eu-central-1.`,
    )
  }
  const arns: readonly (readonly [setting: string, arn: string])[] = [
    ...(secretArn ? [['secretArn', secretArn] as const] : []),
    ...[...sources].map(([name, arn]) => [`sources: ${name}`, arn] as const),
    ...secretKeyArns.map(arn => ['secretKeyArn', arn] as const),
  ]
  const expected = region ?? (arns[0] && regionIn(arns[0][1]))
  const stray = arns.find(([, arn]) => regionIn(arn) !== expected)
  if (!stray || !expected) return
  const [setting, arn] = stray
  throw notAllowed(
    setting,
    arn,
    region
      ? `ARNs in the region of the stack, which is ${region} (from AWS_REGION or your AWS profile)`
      : 'ARNs in one region, that of the stack',
    `-c ${setting.replace(': ', '=')}=${arn.replace(`:${regionIn(arn)}:`, `:${expected}:`)}`,
  )
}

// arn:aws:secretsmanager:eu-central-1:123456789012:secret:name
const regionIn = (arn: string): string => arn.split(':')[3] ?? ''
