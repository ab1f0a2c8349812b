import { describe, expect, it } from 'vitest'
import { checkRegions } from '../../../cdk/settings/regions.ts'
import { readSettings } from '../../../cdk/settings.ts'

const arnIn = (region: string, name = 'sophos') =>
  `arn:aws:secretsmanager:${region}:111122223333:secret:${name}-AbCdEf`
const keyIn = (region: string) =>
  `arn:aws:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`

describe('the region', () => {
  it.each([
    ['eu-central-1', {}],
    [undefined, {}],
    ['eu-central-1', { secretArn: arnIn('eu-central-1'), secretKeyArn: keyIn('eu-central-1') }],
    [undefined, { secretArn: arnIn('eu-central-1'), sources: `emea=${arnIn('eu-central-1', 'emea')}` }],
  ])('%s goes with %j', (region, context) => {
    expect(() => checkRegions(readSettings(context), region)).not.toThrow()
  })

  it.each([
    ['eu-central-1', { secretArn: arnIn('us-east-1') }, /"secretArn" is .*us-east-1.*which is eu-central-1/],
    [
      'eu-central-1',
      { sources: `emea=${arnIn('us-east-1')}` },
      /"sources: emea".*Example: -c sources=emea=arn/,
    ],
    [
      'eu-central-1',
      { secretArn: arnIn('eu-central-1'), secretKeyArn: keyIn('us-east-1') },
      /"secretKeyArn" is .*us-east-1/,
    ],
    // The region of the stack is not known yet.
    [
      undefined,
      { secretArn: arnIn('eu-central-1'), sources: `emea=${arnIn('us-east-1', 'emea')}` },
      /"sources: emea" is .*ARNs in one region/,
    ],
    ['cn-north-1', {}, /^The region is cn-north-1, in China: .*ICP.* Choose another region/],
    ['us-gov-west-1', {}, /^The region is us-gov-west-1, in AWS GovCloud \(US\): it has no CloudFront/],
  ])('%s does not go with %j, and the message says why', (region, context, why) => {
    expect(() => checkRegions(readSettings(context), region)).toThrow(why)
  })

  it.each(['aws-cn', 'aws-us-gov'])('of a secret is not in %s', partition => {
    const secretArn = arnIn('cn-north-1').replace('arn:aws:', `arn:${partition}:`)
    expect(() => readSettings({ secretArn })).toThrow(/cannot be installed in China or AWS GovCloud/)
    expect(() => readSettings({ sources: `emea=${secretArn}` })).toThrow(/cannot be installed in China/)
  })
})
