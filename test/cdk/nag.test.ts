import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { dashboardApp } from '../../cdk/synthesize.ts'
import { variants } from './variants.ts'

/** What the AwsSolutions rules of cdk-nag find and we leave as it is, each with the reason. */
const accepted: readonly { rule: RegExp; where: RegExp; because: string }[] = [
  {
    rule: /^AwsSolutions-S1$/,
    where: /\/(DataBucket|Site\/Bucket)\//,
    because:
      'Only CloudFront and the collector can read these buckets. Access logs would be a further store of tenant data and of the addresses of its readers; who needs them switches on CloudTrail data events.',
  },
  {
    rule: /^AwsSolutions-SMG4$/,
    where: /\/Credentials\//,
    because:
      'Sophos Central has no API that makes a new secret for a credential, so a rotation can only be done by hand; "npm run credentials" stores the new one.',
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    where: /\/DeadLetters\//,
    because: 'This queue is the dead-letter queue. Nothing receives from it, so nothing of it can fail.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<DataBucketE3889A50\.Arn>\/(history|state)\/\*\]$/,
    where: /\/Collector\/Role\//,
    because:
      'The keys below these two prefixes hold the names of sources and the days; the actions are Get and Put.',
  },
  {
    rule: /^AwsSolutions-IAM5\[(Action::s3:(GetBucket|GetObject|List|Abort|DeleteObject)\*|Resource::(<SiteBucket978D4AEB\.Arn>|arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>)\/\*)\]$/,
    where: /\/Site\/CopierRole\//,
    because:
      "What CDK grants the function that copies the page during a deploy: it reads CDK's own bucket of assets and writes the bucket of the page, which holds nothing but the page.",
  },
  {
    rule: /^AwsSolutions-L1$/,
    where: /\/Custom::CDKBucketDeployment/,
    because: 'The runtime is chosen by the version of CDK in package-lock.json, and moves with it.',
  },
  {
    rule: /^AwsSolutions-CFR1$/,
    where: /\/Dashboard\/Distribution\//,
    because:
      'Who may read is decided by password and address range. Countries are for whoever runs it to add.',
  },
  {
    rule: /^AwsSolutions-CFR2$/,
    where: /\/Dashboard\/Distribution\//,
    because:
      'The origin is S3 with static objects; nothing is executed on what a viewer sends. WAF would cost more a month than everything else together.',
  },
  {
    rule: /^AwsSolutions-CFR3$/,
    where: /\/Dashboard\/Distribution\//,
    because:
      'Access logs would store the addresses of all readers; a decision for whoever runs it, not a default.',
  },
  {
    rule: /^AwsSolutions-CFR4$/,
    where: /\/Dashboard\/Distribution\//,
    because:
      'Found where there is no own domain: with its own certificate CloudFront sets the protocol version, and takes no setting. An own domain has TLSv1.2_2021 or later.',
  },
]

function findings(context: Readonly<Record<string, unknown>>): { rule: string; where: string }[] {
  const outdir = mkdtempSync(join(tmpdir(), 'dashboard-nag-'))
  try {
    const { app } = dashboardApp({ context, outdir, analyticsReporting: false })
    const { violations } = new AwsSolutionsChecks(app).validateScope(app)
    return violations.flatMap(({ ruleName, violatingResources = [] }) =>
      violatingResources.map(({ constructPath = '' }) => ({ rule: ruleName, where: constructPath })),
    )
  } finally {
    rmSync(outdir, { recursive: true })
  }
}

describe('cdk-nag, AwsSolutions', () => {
  const found = variants.map(([name, context]) => ({ name, findings: findings(context) }))
  const explains = (finding: { rule: string; where: string }) => (reason: (typeof accepted)[number]) =>
    reason.rule.test(finding.rule) && reason.where.test(finding.where)

  it.each(found)('finds nothing that is not explained: $name', ({ findings }) => {
    expect(findings.length).toBeGreaterThan(5)
    expect(findings.filter(finding => !accepted.some(explains(finding)))).toEqual([])
  })

  it('still finds everything that is explained', () => {
    const all = found.flatMap(({ findings }) => findings)
    expect(accepted.filter(reason => !all.some(finding => explains(finding)(reason)))).toEqual([])
  })
})
