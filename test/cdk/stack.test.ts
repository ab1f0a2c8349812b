import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { all, dataBucket, distribution, list, only, siteBucket, statementsOf, template } from './resources.ts'

describe('an update', () => {
  it('never replaces a bucket or the distribution, whose logical ids are these', () => {
    expect(all('AWS::S3::Bucket').map(([id]) => id)).toEqual([dataBucket, siteBucket])
    expect(only('AWS::CloudFront::Distribution')[0]).toBe(distribution)
  })

  it('never overwrites the credentials: the placeholder is the one of the first release', () => {
    expect(only('AWS::SecretsManager::Secret')[1].Properties.SecretString).toBe(
      '{"clientId":"","clientSecret":""}',
    )
  })

  it('never deletes in the data bucket: only the page is deployed, and only its bucket is pruned', () => {
    const deployments = all('Custom::CDKBucketDeployment').map(([, { Properties }]) => Properties)
    expect(deployments).toHaveLength(2)
    for (const { DestinationBucketName } of deployments)
      expect(DestinationBucketName).toEqual({ Ref: siteBucket })

    const deletes = all('AWS::IAM::Policy')
      .flatMap(([, policy]) => statementsOf(policy))
      .filter(({ Action }) => list(Action).some(action => /^s3:(Delete|\*)/.test(action)))
    expect(deletes).toHaveLength(1)
    expect(JSON.stringify(deletes)).not.toContain(dataBucket)
  })

  it('never takes the assets away from a page that is still open', () => {
    for (const [, { Properties }] of all('Custom::CDKBucketDeployment')) {
      const keepsAssets = Properties.Prune === false || list(Properties.Exclude).includes('assets/*')
      expect(keepsAssets).toBe(true)
    }
  })

  it('uploads the page after the assets that it refers to', () => {
    const [assets] =
      all('Custom::CDKBucketDeployment').find(([, it]) => it.Properties.DestinationBucketKeyPrefix) ?? []
    template.hasResource('Custom::CDKBucketDeployment', {
      Properties: { Exclude: ['assets/*'] },
      DependsOn: Match.arrayWith([assets]),
    })
  })
})

describe('the removal of the stack', () => {
  it('keeps the data and the credentials', () => {
    for (const [id, resource] of [...all('AWS::S3::Bucket'), only('AWS::SecretsManager::Secret')]) {
      expect([id, resource.DeletionPolicy, resource.UpdateReplacePolicy]).toEqual([id, 'Retain', 'Retain'])
    }
  })
})

describe('the buckets', () => {
  it('are private, encrypted, and refuse plain HTTP', () => {
    for (const [id, { Properties }] of all('AWS::S3::Bucket')) {
      expect(Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      })
      template.hasResourceProperties('AWS::S3::BucketPolicy', {
        Bucket: { Ref: id },
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Deny',
              Action: 's3:*',
              Principal: { AWS: '*' },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
          ]),
        },
      })
    }
  })

  it('keep old versions of the data, and not for ever', () => {
    template.hasResource('AWS::S3::Bucket', {
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: {
          Rules: [
            Match.objectLike({ Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 7 } }),
          ],
        },
      },
    })
    expect(JSON.stringify(all('AWS::S3::Bucket'))).not.toMatch(/"ExpirationInDays"|"ExpirationDate"/)
  })
})

describe('the whole stack', () => {
  it('has no statement that allows every action or every resource', () => {
    const policies = [...all('AWS::IAM::Policy'), ...all('AWS::S3::BucketPolicy')].map(([, policy]) => policy)
    const allowed = policies.flatMap(statementsOf).filter(({ Effect }) => Effect === 'Allow')
    expect(allowed.length).toBeGreaterThan(5)
    for (const { Action, Resource } of allowed) {
      expect(list(Action).filter(action => /^(\*|\w+:\*)$/.test(action))).toEqual([])
      expect(list(Resource)).not.toContain('*')
    }
  })

  it('writes every log into a group that forgets after a month', () => {
    for (const [, { Properties }] of all('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(30)
    const groups = all('AWS::Logs::LogGroup').map(([id]) => id)
    for (const [, { Properties }] of all('AWS::Lambda::Function')) {
      expect(Properties.LoggingConfig).toMatchObject({ LogGroup: { Ref: expect.toBeOneOf(groups) } })
    }
  })

  it('ends with the address, the function, the secret, and the two commands that an operator needs', () => {
    const outputs = template.findOutputs('*')
    expect(Object.keys(outputs).sort()).toEqual([
      'DashboardUrl',
      'FunctionName',
      'RefreshNow',
      'SecretArn',
      'SetCredentials',
    ])
    expect(JSON.stringify(outputs.RefreshNow)).toMatch(/aws lambda invoke.*--cli-read-timeout 0/)
    expect(JSON.stringify(outputs.SetCredentials)).toMatch(/put-secret-value.*--secret-string file:/)
  })
})

describe('the app', () => {
  it('ends with one plain sentence, and without a stack trace, where a setting is wrong', () => {
    const app = fileURLToPath(new URL('../../cdk/app.ts', import.meta.url))
    const env = { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ acces: 'public' }) }
    const { status, stderr } = spawnSync(process.execPath, [app], { env, encoding: 'utf8' })
    expect(stderr).toMatch(/^There is no setting "acces"\. Did you mean "access"\?[^\n]*\n$/)
    expect(status).toBe(1)
  })
})
