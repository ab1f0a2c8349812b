import { describe, expect, it } from 'vitest'
import { variant } from './resources.ts'
import { everything } from './variants.ts'

/** Types whose resources hold data or an address that a replacement would not have. */
const stateful = [
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::CloudFront::KeyValueStore',
  'AWS::CloudFront::Distribution',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]

const idsOf = (context: Readonly<Record<string, unknown>>): Record<string, string> => {
  const resources: Record<string, { Type: string }> = variant(context).toJSON().Resources
  return Object.fromEntries(
    Object.entries(resources).flatMap(([id, { Type }]) => (stateful.includes(Type) ? [[id, Type]] : [])),
  )
}

/**
 * CloudFormation identifies a resource by its logical id. With a new id it creates a new, empty resource and deletes
 * the old one. Moving a construct changes its id. If this test fails, fix the move, not this list.
 */
const permanent = {
  // The data and its history.
  DataBucketE3889A50: 'AWS::S3::Bucket',
  // The page. CloudFormation could not delete the old bucket with files in it.
  SiteBucket978D4AEB: 'AWS::S3::Bucket',
  // The credentials that an operator entered.
  CredentialsF8F243AA: 'AWS::SecretsManager::Secret',
  // The users and their passwords.
  DashboardUsersC3F8C0F3: 'AWS::CloudFront::KeyValueStore',
  // The page's address.
  DashboardDistribution90702DDE: 'AWS::CloudFront::Distribution',
  // Logs and failed starts of the past weeks.
  CollectorLogs2B7E6569: 'AWS::Logs::LogGroup',
  SiteDeploymentLogsCA1D447B: 'AWS::Logs::LogGroup',
  DeadLettersBBF8BAAB: 'AWS::SQS::Queue',
}

describe('an update', () => {
  it('keeps the logical ids of all resources that hold data', () => {
    expect(idsOf({})).toEqual(permanent)
  })

  it('keeps them with any settings, including another stack name', () => {
    const { CredentialsF8F243AA: _, ...others } = permanent
    // Every recipient of alarm mails confirmed this topic.
    const topic = { NotificationsTopicAE679CBD: 'AWS::SNS::Topic' }
    expect(idsOf(everything)).toMatchObject({ ...others, ...topic })
    expect(idsOf({ stackName: 'Another' })).toEqual(permanent)
  })
})
