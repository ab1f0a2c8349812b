import { describe, expect, it } from 'vitest'
import { variant } from './resources.ts'
import { everything } from './variants.ts'

/** Types whose resources hold something that a new one in their place would not have. */
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
 * CloudFormation knows a resource by its logical id: under another one it makes a new resource, empty, and lets the old
 * one go. Whoever moves a construct changes its id. Do not mend this list where it fails, but the move.
 */
const kept = {
  // The figures and their history.
  DataBucketE3889A50: 'AWS::S3::Bucket',
  // The page; its name is part of nothing that anybody keeps, but it could not be removed with files in it.
  SiteBucket978D4AEB: 'AWS::S3::Bucket',
  // The credentials, which somebody typed.
  CredentialsF8F243AA: 'AWS::SecretsManager::Secret',
  // The users and their passwords.
  DashboardUsersC3F8C0F3: 'AWS::CloudFront::KeyValueStore',
  // The address of the page.
  DashboardDistribution90702DDE: 'AWS::CloudFront::Distribution',
  // What happened in the past weeks.
  CollectorLogs2B7E6569: 'AWS::Logs::LogGroup',
  SiteDeploymentLogsCA1D447B: 'AWS::Logs::LogGroup',
  DeadLettersBBF8BAAB: 'AWS::SQS::Queue',
}

describe('an update', () => {
  it('never replaces what holds data, whose logical ids are these', () => {
    expect(idsOf({})).toEqual(kept)
  })

  it('replaces nothing of it whatever else is chosen, the name of the stack included', () => {
    const { CredentialsF8F243AA: _, ...others } = kept
    // To which everybody who is told of alarms had to agree.
    const topic = { NotificationsTopicAE679CBD: 'AWS::SNS::Topic' }
    expect(idsOf(everything)).toMatchObject({ ...others, ...topic })
    expect(idsOf({ stackName: 'Another' })).toEqual(kept)
  })
})
