import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { readEventSettings } from '../../lambda/events/settings.ts'
import { readProxies } from '../../lambda/network/proxies.ts'
import { readSettings } from '../../lambda/settings.ts'
import { ownEnvironment } from '../../local/command-line.ts'
import { credentialsFor, credentialsIn } from '../../local/credentials/take.ts'
import { parseOptions as doctorOptions } from '../../local/doctor/options.ts'
import { choosePlace } from '../../local/doctor/place.ts'
import { settingsIn } from '../../local/function-settings.ts'
import { listen } from '../../local/listen.ts'
import { chooseUpstream } from '../../local/upstream.ts'
import { section, tableRows } from '../docs/documents.ts'

type Environment = Readonly<Record<string, string>>

/** The variables that the documents name for the function, the commands and the proxies. */
const variables = ['Settings of the function', 'Proxies and certificates', 'Settings of the commands']
  .flatMap(heading => tableRows(section('docs/settings.md', heading)).map(([name = '']) => name))
  .flatMap(names => names.match(/[A-Z][A-Z_]+/g) ?? [])
const blanks = ['', ' ', '\t \r\n']

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'environment-'))
})
afterAll(() => rm(dir, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

const credentials = { clientId: 'id', clientSecret: 'hush' }
const least = { SOPHOS_SECRET_ARN: 'arn', DATA_BUCKET: 'bucket', EVENT_BUS_NAME: 'bus' }

/** What each reader of an environment makes of it, as text. */
const readers: readonly (readonly [
  name: string,
  least: Environment,
  read: (given: Environment) => unknown,
])[] = [
  ['the function', least, readSettings],
  [
    'the events',
    least,
    given => {
      const { mutedAt, ...settings } = readEventSettings(given) ?? {}
      return { ...settings, muted: mutedAt?.(0)({ id: 'a', name: 'b' }) }
    },
  ],
  ['the proxies', {}, readProxies],
  ['the credentials', {}, credentialsIn],
  ['npm run credentials', {}, settingsIn],
  ['npm start', {}, given => chooseUpstream(given, credentials, 1)],
  [
    'npm run doctor',
    {},
    async given => {
      const place = await choosePlace(doctorOptions([]), given, credentials, dir)
      await place.close()
      return { settings: place.settings, description: place.description }
    },
  ],
]

describe('an empty variable', () => {
  it('is tried for all that the documents name', () => {
    expect(new Set(variables).size).toBeGreaterThanOrEqual(25)
  })

  it.each(readers)('counts as not set for %s', async (_, needed, read) => {
    const without = JSON.stringify(await read(needed))
    for (const name of variables.filter(one => !(one in needed))) {
      for (const blank of blanks) {
        const given = { ...needed, [name]: blank, [name.toLowerCase()]: blank }
        expect([name, JSON.stringify(await read(given))]).toEqual([name, without])
      }
    }
  })

  it.each(blanks)('%j does not hide the other name of a proxy', blank => {
    const { https } = readProxies({ https_proxy: blank, HTTPS_PROXY: 'http://proxy.test:1' })
    expect(https).toBe('http://proxy.test:1/')
  })

  it('is taken out of the environment that the AWS SDK reads', () => {
    vi.stubEnv('AWS_REGION', ' ')
    vi.stubEnv('AWS_DEFAULT_REGION', 'eu-west-1')
    vi.stubEnv('AWS_PROFILE', '')
    const environment = ownEnvironment()
    expect(environment).toMatchObject({ AWS_REGION: 'eu-west-1' })
    expect(process.env).not.toHaveProperty('AWS_PROFILE')
  })
})

describe('npm start', () => {
  const url = 'http://127.0.0.1:4010'
  const standIn = { SOPHOS_ID_URL: url, SOPHOS_API_URL: `${url}/` }

  it('hands on every setting that has a meaning here, and keeps what a stand-in says apart', async () => {
    const given = {
      ...standIn,
      REFRESH_INTERVAL: '7m',
      SOPHOS_RATE_LIMITS: '5/s',
      FUSION_GUARD: 'off',
      FUSION_COUNTS: 'auto',
      FUSION_GRAPHQL_URL: `${url}/other`,
    }
    const upstream = await chooseUpstream(given, credentials, 1)
    expect(upstream).toMatchObject({ bucket: 'stand-in', refreshIntervalMs: 420_000, settings: given })
    expect(upstream.description).toBe(`Collecting from ${url}.`)
  })

  it('collects from Sophos Central by default', async () => {
    const upstream = await chooseUpstream({}, credentials, 1)
    expect(upstream).toMatchObject({ bucket: 'sophos', settings: { REFRESH_INTERVAL: '15m' } })
    expect(upstream.description).toBe('Collecting from Sophos Central.')
  })

  it.each([
    [{ SOPHOS_API_URL: url }, 'belong to one service'],
    [{ REFRESH_INTERVAL: '25d' }, 'REFRESH_INTERVAL: "25d" is longer than 24h'],
    [{ SOPHOS_RATE_LIMITS: 'many' }, 'SOPHOS_RATE_LIMITS: "many" is not a window'],
  ])('and the doctor refuse %j', async (wrong, why) => {
    await expect(chooseUpstream(wrong, credentials, 1)).rejects.toThrow(why)
    await expect(choosePlace(doctorOptions([]), wrong, credentials, dir)).rejects.toThrow(why)
  })

  it.each(['SOPHOS_ID_URL', 'SOPHOS_API_URL', 'FUSION_GRAPHQL_URL', 'SOPHOS_SECRET_ARN', 'SOPHOS_SOURCES'])(
    'and the doctor do not simulate where %s is set, which a simulation would ignore',
    async name => {
      const why = `${name} is set, but no credentials are`
      await expect(chooseUpstream({ [name]: url }, undefined, 1)).rejects.toThrow(why)
      await expect(choosePlace(doctorOptions([]), { [name]: url }, undefined, dir)).rejects.toThrow(why)
    },
  )
})

describe('--ask', () => {
  const given = { SOPHOS_CLIENT_ID: 'id', SOPHOS_CLIENT_SECRET: 'hush' }
  const take = (ask: boolean, environment: Environment, input: PassThrough) =>
    credentialsFor({ ask }, environment, input, new PassThrough())

  it('reads two lines, and never from the command line', async () => {
    const pipe = new PassThrough()
    pipe.end('id\r\nhush\r\n')
    await expect(take(true, {}, pipe)).resolves.toEqual(credentials)
    const keyboard = Object.assign(new PassThrough(), { isTTY: true })
    keyboard.write('id\rhush\r')
    await expect(take(true, {}, keyboard)).resolves.toEqual(credentials)
  })

  it('is refused beside credentials in the environment, and without it these are taken', async () => {
    await expect(take(true, given, new PassThrough())).rejects.toThrow('or leave out --ask')
    await expect(take(false, given, new PassThrough())).resolves.toEqual(credentials)
    await expect(take(false, {}, new PassThrough())).resolves.toBeUndefined()
  })

  it('does not go with a secret in AWS', () => {
    expect(() => doctorOptions(['--ask', '--secret', 'arn'])).toThrow('Use --ask or --secret, not both')
  })
})

describe('the region in the ARN of a secret', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:sophos-AbCdEf'

  it('beats AWS_REGION in the doctor: a secret can be read in its own region only', async () => {
    const scopes: string[] = []
    const server = createServer((request, response) => {
      scopes.push(/Credential=[^/]+\/\d+\/([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '')
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify({ SecretString: JSON.stringify(credentials) }))
    })
    const { url, close } = await listen(server, 0)
    const environment = {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
    }
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    const place = await choosePlace(doctorOptions(['--secret', arn]), environment, undefined, dir)
    await expect(place.readCredentials()).resolves.toEqual(credentials)
    expect(scopes).toEqual(['eu-west-1'])
    await Promise.all([place.close(), close()])
  })
})
