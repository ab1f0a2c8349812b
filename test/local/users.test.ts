import crypto, { randomBytes, randomInt } from 'node:crypto'
import { createServer } from 'node:http'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isPasswordOf } from '../../cdk/access/edge/password.ts'
import { listen } from '../../local/listen.ts'
import { explain } from '../../local/users/explain.ts'
import { findStore } from '../../local/users/find-store.ts'
import { manageUsers } from '../../local/users/manage.ts'
import { parseOptions } from '../../local/users/options.ts'
import { keyOf } from '../../local/users/record.ts'
import { userStore } from '../../local/users/user-store.ts'
import { startUsersService, storeArn, type UsersService } from './users-service.ts'

let service: UsersService
beforeEach(async () => {
  service = await startUsersService()
})
afterEach(() => service.close())

/** Returns what `npm run users -- ...` prints. */
function users(line: string, given = '', arn = storeArn): Promise<string> {
  return manageUsers(parseOptions(line.split(' ')), {
    store: userStore(service.client, arn),
    givenPassword: async () => given,
    randomBytes,
    randomInt,
    today: '2026-11-22',
  })
}
const recordOf = (name: string): string => service.values.get(keyOf(name)) ?? ''
const passwordIn = (output: string): string => /^Password: (\S+)$/m.exec(output)?.[1] ?? ''
const own = 'trug-7Bäume&Wolke'

describe('npm run users', () => {
  it('adds a user; the edge accepts the password that was shown, and no other', async () => {
    const output = await users('add Maria@example.com')
    expect(output).toMatch(/^Maria@example\.com is now a user\.\nPassword: \S{34}\n/)
    expect(isPasswordOf(recordOf('maria@example.com'), passwordIn(output), crypto)).toBe(true)
    expect(isPasswordOf(recordOf('maria@example.com'), own, crypto)).toBe(false)
    expect(recordOf('maria@example.com')).not.toContain(passwordIn(output))
  })

  it('accepts an own password, and never prints it', async () => {
    expect(await users('add maria --password-stdin', own)).toBe('maria is now a user.\n')
    expect(isPasswordOf(recordOf('maria'), own, crypto)).toBe(true)
  })

  it('resets a password, and the old one no longer works', async () => {
    await users('add maria --password-stdin', own)
    const output = await users('reset maria')
    expect(isPasswordOf(recordOf('maria'), passwordIn(output), crypto)).toBe(true)
    expect(isPasswordOf(recordOf('maria'), own, crypto)).toBe(false)
  })

  it('lists all users by name, from all pages of the store, with the date of their password', async () => {
    for (const name of ['maria', 'ana', 'jörg', 'bo', 'carlos']) await users(`add ${name}`)
    service.values.set('user-x', 'damaged')
    expect(await users('list')).toBe(
      [
        '(damaged record)  password set on an unknown date',
        ...['ana', 'bo', 'carlos', 'jörg', 'maria'].map(
          name => `${name.padEnd(16)}  password set 2026-11-22`,
        ),
        '',
      ].join('\n'),
    )
  })

  it('removes a user', async () => {
    await users('add maria')
    expect(await users('remove MARIA')).toBe('MARIA is no longer a user.\n')
    expect(service.values.size).toBe(0)
    expect(await users('list')).toContain('There are no users')
  })

  it('changes nothing if the name already exists, does not exist, or the password is weak', async () => {
    await users('add maria --password-stdin', own)
    const before = recordOf('maria')
    await expect(users('add maria')).rejects.toThrow('reset maria')
    await expect(users('add MARIA')).rejects.toThrow('MARIA is already a user')
    await expect(users('reset mario')).rejects.toThrow('There is no user mario')
    await expect(users('remove mario')).rejects.toThrow('There is no user mario')
    await expect(users('reset maria --password-stdin', 'short')).rejects.toThrow(
      /needs at least 16 characters but has 5; it .*Nothing was changed/,
    )
    expect([...service.values.values()]).toEqual([before])
  })

  it('names the store if it does not exist', async () => {
    const other = storeArn.replace('0a1b', 'ffff')
    for (const line of ['list', 'add maria', 'remove maria'])
      await expect(users(line, '', other)).rejects.toThrow(`There is no user store ${other}`)
  })
})

describe('a write', () => {
  it('decides again if another program wrote in between', async () => {
    await users('add maria --password-stdin', own)
    const record = recordOf('maria')
    service.values.clear()
    service.beforeWrite = () => {
      service.beforeWrite = () => {}
      service.values.set(keyOf('maria'), record)
      service.version++
    }
    await expect(users('add maria')).rejects.toThrow('maria is already a user')
    expect(recordOf('maria')).toBe(record)
  })

  it('gives up if the store keeps changing', async () => {
    service.beforeWrite = () => {
      service.version++
    }
    await expect(users('add maria')).rejects.toThrow('Gave up after 5 tries')
    expect(service.values.size).toBe(0)
  })

  it('is signed with SigV4A for all regions, as stores require, and names the version that was read', async () => {
    await users('add maria')
    expect(service.requests.map(({ line }) => line.split(storeArn)[1])).toEqual([
      '',
      `/keys/${keyOf('maria')}`,
      `/keys/${keyOf('maria')}`,
    ])
    for (const { headers } of service.requests) {
      expect(headers.authorization).toMatch(
        /^AWS4-ECDSA-P256-SHA256 Credential=AKIATEST\/\d{8}\/cloudfront-keyvaluestore\/aws4_request, SignedHeaders=\S*x-amz-region-set\S*, Signature=[0-9a-f]{130,}$/,
      )
      expect(headers['x-amz-region-set']).toBe('*')
      expect(headers.host).toMatch(/^111122223333\./)
    }
    expect(service.requests.at(-1)?.headers['if-match']).toBe('v1')
  })
})

describe('the store of a stack', () => {
  async function find(status: number, body: string): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status).end(body))
    const { url, close } = await listen(server, 0)
    const credentials = { accessKeyId: 'x', secretAccessKey: 'y' }
    const client = new CloudFormationClient({
      endpoint: url,
      region: 'eu-central-1',
      credentials,
      maxAttempts: 1,
    })
    return await findStore(client, 'Dashboard').finally(close)
  }
  const stack = (output: string): string =>
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Dashboard</StackName><Outputs><member><OutputKey>${output}</OutputKey><OutputValue>${storeArn}</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`

  it('is its output UsersStore', async () => {
    expect(await find(200, stack('UsersStore'))).toBe(storeArn)
  })

  it('causes an error with the stack and the region if it is missing', async () => {
    await expect(find(200, stack('DashboardUrl'))).rejects.toThrow(
      'The stack Dashboard in eu-central-1 has no output UsersStore',
    )
    const missing =
      '<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id Dashboard does not exist</Message></Error></ErrorResponse>'
    await expect(find(400, missing)).rejects.toThrow('There is no stack Dashboard in eu-central-1')
  })

  it('causes the error of AWS with advice if access is denied', async () => {
    const denied =
      '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: cloudformation:DescribeStacks</Message></Error></ErrorResponse>'
    const error = await find(403, denied).catch((reason: unknown) => reason)
    expect(explain(error)).toMatch(/^not authorized to perform.*\nUse a role .* --store\.$/s)
  })
})

it.each(['ExpiredToken', 'InvalidClientTokenId', 'UnrecognizedClientException'])(
  'AWS credentials that are refused as %s get the advice to sign in',
  name => {
    const error = Object.assign(new Error('The token is not valid.'), { name })
    expect(explain(error)).toMatch(/^The token is not valid\.\nSign in as for the AWS command line/)
  },
)

describe('the command line', () => {
  it('uses the stack of this dashboard and a generated password by default', () => {
    expect(parseOptions(['add', 'maria'])).toEqual({
      help: false,
      action: 'add',
      name: 'maria',
      password: 'generated',
      stack: 'SophosDetectionsDashboard',
      region: undefined,
      store: undefined,
    })
    expect(parseOptions([]).help).toBe(true)
  })

  it.each([
    ['invite maria', 'Allowed: list, add, remove, reset'],
    ['add', 'The name is ""'],
    ['add a:b', 'Allowed: 1 to 64 letters'],
    ['add maria mario', 'One name at a time. Remove "mario".'],
    ['list maria', 'list takes no name. Remove "maria".'],
    ['remove maria --ask-password', 'Only add and reset take a password.'],
    ['add maria --ask-password --password-stdin', 'Use --ask-password or --password-stdin, not both.'],
    ['add maria --password secret', 'All options: npm run users -- --help'],
  ])('"%s" is refused with: %s', (line, text) => {
    expect(() => parseOptions(line.split(' '))).toThrow(text)
  })
})
