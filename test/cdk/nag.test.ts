import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { dashboardApp } from '../../cdk/synthesize.ts'
import { variants } from './variants.ts'

/** Accepted findings of cdk-nag's AwsSolutions rules, each with a reason. */
const accepted: readonly { rule: RegExp; where: RegExp; because: string }[] = [
  {
    rule: /^AwsSolutions-S1$/,
    where: /\/(DataBucket|Site\/Bucket)\//,
    because:
      'Only CloudFront and the collector can read these buckets. Access logs would store tenant data and reader addresses in one more place. Operators who need them can enable CloudTrail data events.',
  },
  {
    rule: /^AwsSolutions-SMG4$/,
    where: /\/Credentials\//,
    because:
      'Sophos Central has no API to create a new client secret, so rotation is manual. "npm run credentials" stores the new one.',
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    where: /\/DeadLetters\//,
    because: 'This queue is the dead-letter queue. It has no consumer that could fail.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<DataBucketE3889A50\.Arn>\/(history|state)\/\*\]$/,
    where: /\/Collector\/Role\//,
    because:
      'Keys under these two prefixes contain source names and dates. The only actions are Get and Put.',
  },
  {
    rule: /^AwsSolutions-IAM5\[(Action::s3:(GetBucket|GetObject|List|Abort|DeleteObject)\*|Resource::(<SiteBucket978D4AEB\.Arn>|arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>)\/\*)\]$/,
    where: /\/Site\/CopierRole\//,
    because:
      "CDK grants this to the function that copies the page during a deploy. It reads CDK's asset bucket and writes the page's bucket, which holds only the page.",
  },
  {
    rule: /^AwsSolutions-L1$/,
    where: /\/Custom::CDKBucketDeployment/,
    because: 'The version of CDK in package-lock.json chooses the runtime.',
  },
  {
    rule: /^AwsSolutions-CFR1$/,
    where: /\/Dashboard\/Distribution\//,
    because: 'Passwords and address ranges control access. Operators can add a restriction by country.',
  },
  {
    rule: /^AwsSolutions-CFR2$/,
    where: /\/Dashboard\/Distribution\//,
    because:
      'The origin serves static objects from S3 and runs no code on viewer input. WAF would cost more than everything else together.',
  },
  {
    rule: /^AwsSolutions-CFR3$/,
    where: /\/Dashboard\/Distribution\//,
    because: 'Access logs would store the addresses of all readers. That is for the operator to decide.',
  },
  {
    rule: /^AwsSolutions-CFR4$/,
    where: /\/Dashboard\/Distribution\//,
    because:
      'Reported only without a custom domain: CloudFront then sets the TLS version itself. A custom domain uses TLSv1.2_2021 or later.',
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
  const covers = (finding: { rule: string; where: string }) => (reason: (typeof accepted)[number]) =>
    reason.rule.test(finding.rule) && reason.where.test(finding.where)

  it.each(found)('reports only accepted findings: $name', ({ findings }) => {
    expect(findings.length).toBeGreaterThan(5)
    expect(findings.filter(finding => !accepted.some(covers(finding)))).toEqual([])
  })

  it('still reports every accepted finding', () => {
    const all = found.flatMap(({ findings }) => findings)
    expect(accepted.filter(reason => !all.some(finding => covers(finding)(reason)))).toEqual([])
  })
})
