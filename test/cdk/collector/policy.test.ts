import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AwsRequest, startAws } from '../../../local/aws/server.ts'
import { startLambda } from '../../../local/lambda/host.ts'
import { startSimulator } from '../../../local/simulator/server.ts'
import { list, variant } from '../resources.ts'

const account = '123456789012'
const region = 'us-east-1'
const bucket = 'data'
// The stand-in's ARN for the secret "credentials".
const secretArn = `arn:aws:secretsmanager:${region}:${account}:secret:credentials-Local0`
const hourMs = 3_600_000

type Statement = { Sid: string; Action: string | string[]; Resource: string | string[]; Condition?: object }
type Call = { action: string; resource: string; context: Record<string, string> }

/** Resolves part of a template as CloudFormation does, with distinct ARNs. */
function resolve(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(resolve)
  if (typeof part !== 'object' || part === null) return part
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = Object(part)
  if (typeof ref === 'string') {
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::AccountId': account,
      'AWS::Region': region,
      'AWS::Partition': 'aws',
    }
    return pseudo[ref] ?? (ref.startsWith('DataBucket') ? bucket : ref)
  }
  if (attribute) {
    const [id] = attribute
    return id.startsWith('DataBucket') ? `arn:aws:s3:::${bucket}` : `arn:aws:other:${region}:${account}:${id}`
  }
  if (join) return join[1].map(resolve).join(join[0])
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, resolve(value)]))
}

/** Returns the IAM checks for a request. For a missing object, S3 answers 404 instead of 403 only with ListBucket. */
function callsOf({ method, url, target, body }: AwsRequest, isThere: (key: string) => boolean): Call[] {
  if (target !== undefined) {
    const [service = '', operation = ''] = target.split('.')
    const input: Record<string, unknown> = JSON.parse(body.toString('utf8'))
    if (service === 'secretsmanager')
      return [{ action: `secretsmanager:${operation}`, resource: String(input.SecretId), context: {} }]
    return list(Object(input.Entries))
      .flat()
      .map(entry => ({
        action: `events:${operation}`,
        resource: `arn:aws:events:${region}:${account}:event-bus/${entry.EventBusName}`,
        context: { 'events:source': entry.Source, 'events:detail-type': entry.DetailType },
      }))
  }
  const [path = '', query = ''] = url.split('?')
  const key = decodeURIComponent(path).replace(/^\/[^/]*\/?/, '')
  const listing = { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, context: {} }
  if (key === '') {
    const prefix = new URLSearchParams(query).get('prefix')
    return [{ ...listing, context: prefix ? { 's3:prefix': prefix } : {} }]
  }
  const action =
    { GET: 's3:GetObject', HEAD: 's3:GetObject', PUT: 's3:PutObject' }[method] ?? `unexpected:${method}`
  const call = { action, resource: `arn:aws:s3:::${bucket}/${key}`, context: {} }
  return action === 's3:GetObject' && !isThere(key) ? [call, listing] : [call]
}

async function isAllowed(
  statements: readonly Statement[],
  { action, resource, context }: Call,
): Promise<boolean> {
  const policy = { Version: '2012-10-17', Statement: statements }
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${account}:role/collector`,
        action,
        resource: { resource, accountId: account },
        contextVariables: context,
      },
      identityPolicies: [{ name: 'collector', policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors))
  return answer.overallResult === 'Allowed'
}

describe("the collector's permissions", () => {
  const template: { Resources?: Record<string, { Type: string; Properties: object }> } = variant({
    secretArn,
  }).toJSON()
  const collector = (type: string) =>
    resolve(
      Object.entries(template.Resources ?? {}).find(
        ([id, { Type }]) => id.startsWith('Collector') && Type === type,
      )?.[1].Properties,
    )
  const statements: Statement[] = Object(collector('AWS::IAM::Policy')).PolicyDocument.Statement
  const { Variables: variables } = Object(collector('AWS::Lambda::Function')).Environment
  const calls = new Map<string, Call>()

  // Runs the built bundle twice with the template's variables: first with an empty bucket, then with the data of the
  // first run and new detections. Then runs the doctor twice.
  beforeAll(async () => {
    const dir = await mkdtemp(join(tmpdir(), 'policy-'))
    const written = new Set<string>()
    let lateMs = hourMs
    const simulator = await startSimulator({
      tenants: [...Array(12)].map(() => ({ detectionsPerDay: 5_000 })),
      rateLimits: '2000/s',
      clock: () => Date.now() - lateMs,
    })
    const aws = await startAws({
      dir,
      buckets: [bucket],
      secrets: { credentials: '{"clientId":"demo-client","clientSecret":"demo-secret"}' },
      onRequest: request => {
        for (const call of callsOf(request, key => written.has(key))) {
          calls.set(JSON.stringify(call), call)
          if (call.action === 's3:PutObject')
            written.add(call.resource.replace(`arn:aws:s3:::${bucket}/`, ''))
        }
      },
    })
    const lambda = await startLambda({
      bundle: fileURLToPath(new URL('../../../dist/lambda/index.mjs', import.meta.url)),
      timeoutMs: 60_000,
      memoryMb: 256,
      onLog: () => undefined,
      env: {
        ...variables,
        INSTALLATION: 'sophos',
        AWS_ENDPOINT_URL: aws.url,
        SOPHOS_ID_URL: simulator.url,
        SOPHOS_API_URL: simulator.url,
        SOPHOS_RATE_LIMITS: '2000/s',
      },
    })
    try {
      for (const late of [hourMs, 0]) {
        lateMs = late
        expect(await lambda.invoke({ trigger: 'schedule' })).toMatchObject({ ok: true })
      }
      // The second time, the doctor finds its first report.
      for (let time = 0; time < 2; time++)
        expect(await lambda.invoke({ action: 'doctor' })).toMatchObject({ ok: true })
    } finally {
      await Promise.all([lambda.close(), aws.close(), simulator.close()])
      await rm(dir, { recursive: true })
    }
  }, 60_000)

  it('allow every call of the runs', async () => {
    expect(calls.size).toBeGreaterThan(10)
    const refused: Call[] = []
    for (const call of calls.values()) if (!(await isAllowed(statements, call))) refused.push(call)
    expect(refused).toEqual([])
  })

  /** Permissions that Lambda itself uses, not the code of a run. */
  const usedByLambda = ['WriteOwnLog', 'KeepWhatFailed']
  const single = statements
    .filter(({ Sid }) => !usedByLambda.includes(Sid))
    .flatMap(statement =>
      list(statement.Action).flatMap(action =>
        list(statement.Resource).map(resource => ({ ...statement, Action: action, Resource: resource })),
      ),
    )

  it.each(single)('are all needed: a run does $Action on $Resource', async statement => {
    const used: Call[] = []
    for (const call of calls.values()) if (await isAllowed([statement], call)) used.push(call)
    expect(used.length).toBeGreaterThan(0)
  })

  it.each([
    ['s3:DeleteObject', `arn:aws:s3:::${bucket}/detections.csv`],
    ['s3:GetObject', `arn:aws:s3:::${bucket}/elsewhere`],
    ['s3:GetObject', 'arn:aws:s3:::another/detections.csv'],
    ['s3:PutObject', `arn:aws:s3:::${bucket}/index.html`],
    ['secretsmanager:PutSecretValue', secretArn],
    ['secretsmanager:GetSecretValue', secretArn.replace('credentials', 'another')],
  ])('do not allow %s on %s', async (action, resource) => {
    expect(await isAllowed(statements, { action, resource, context: {} })).toBe(false)
  })
})
