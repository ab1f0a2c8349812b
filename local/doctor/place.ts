import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { awsAgents } from '../../lambda/network/aws-agents.ts'
import { readCredentials, regionOf } from '../../lambda/secret.ts'
import { type Environment, variable } from '../../lambda/settings/variable.ts'
import { readSettings, type Settings } from '../../lambda/settings.ts'
import type { Credentials } from '../../lambda/sophos/token.ts'
import { type Store, s3Store } from '../../lambda/state/store.ts'
import { startAws } from '../aws/server.ts'
import { refuseForSimulation, settingsIn } from '../function-settings.ts'
import { openPrivateFolder } from '../private-files.ts'
import { startSimulator } from '../simulator/server.ts'
import type { DoctorOptions } from './options.ts'

/** What to examine, with which credentials, and where the calls are recorded. */
export type Place = {
  readonly description: string
  readonly settings: Settings
  readonly readCredentials: () => Promise<Credentials>
  readonly store: Store
  close(): Promise<void>
}

/** The folder of `npm start`: with the same credential, both share one call budget. */
const usualDataDir = fileURLToPath(new URL('../../.data', import.meta.url))

/** Uses the credentials of the secret in the options, else those given, else a simulation. */
export async function choosePlace(
  options: DoctorOptions,
  environment: Environment,
  credentials: Credentials | undefined,
  dataDir = usualDataDir,
): Promise<Place> {
  if (options.secretArn) return ofSecret(options.secretArn, options, environment, dataDir)
  if (!credentials) return simulation(options, environment)
  const { demo, apiUrl } = settingsOf('any', options, environment)
  const description = `${demo ? apiUrl : 'Sophos Central'}, with the credentials given.`
  const readCredentials = async () => credentials
  return onThisMachine({ description, readCredentials }, options, environment, dataDir)
}

async function ofSecret(
  secretArn: string,
  options: DoctorOptions,
  environment: Environment,
  dataDir: string,
): Promise<Place> {
  // A secret can be read in its own region only, whatever the environment says; S3 names the bucket's region itself.
  const region = regionOf(secretArn) ?? variable(environment, 'AWS_REGION')
  const client = { ...(region && { region }), requestHandler: awsAgents(environment) }
  const secrets = new SecretsManagerClient(client)
  const description = `Sophos Central, with the credentials in ${secretArn}.`
  const read = () => readCredentials(secrets, secretArn)
  const { bucket } = options
  if (!bucket) return onThisMachine({ description, readCredentials: read }, options, environment, dataDir)
  const s3 = new S3Client({
    ...client,
    followRegionRedirects: true,
    forcePathStyle: variable(environment, 'AWS_ENDPOINT_URL') !== undefined,
  })
  return {
    description: `${description} The calls are counted in the bucket ${bucket}.`,
    settings: settingsOf(bucket, options, environment),
    readCredentials: read,
    store: s3Store(s3, bucket),
    close: async () => undefined,
  }
}

async function onThisMachine(
  { description, readCredentials }: Pick<Place, 'description' | 'readCredentials'>,
  options: DoctorOptions,
  environment: Environment,
  dataDir: string,
): Promise<Place> {
  // As for `npm start`.
  const bucket = settingsOf('any', options, environment).demo ? 'stand-in' : 'sophos'
  const settings = settingsOf(bucket, options, environment)
  const warning = openPrivateFolder(dataDir)
  const aws = await startAws({ dir: dataDir, buckets: [bucket], secrets: {} })
  return {
    description: warning ? `${description}\n${warning}` : description,
    readCredentials,
    settings,
    store: storeAt(aws.url, bucket),
    close: aws.close,
  }
}

async function simulation(options: DoctorOptions, environment: Environment): Promise<Place> {
  refuseForSimulation(environment)
  const rateLimits = variable(environment, 'SOPHOS_RATE_LIMITS')
  const simulator = await startSimulator({
    tenants: [{ access: 'unlicensed' }, { access: 'unmanaged' }, { apiHost: null }, 9],
    clientId: 'demo-client',
    clientSecret: 'demo-secret',
    ...(rateLimits && { rateLimits }),
  })
  const bucket = 'demo'
  const dir = await mkdtemp(join(tmpdir(), 'doctor-'))
  const aws = await startAws({ dir, buckets: [bucket], secrets: {} })
  return {
    description: 'A simulated Sophos Central with 12 tenants. For the real one: npm run doctor -- --ask',
    settings: settingsOf(bucket, options, {
      ...environment,
      SOPHOS_ID_URL: simulator.url,
      SOPHOS_API_URL: simulator.url,
    }),
    readCredentials: async () => ({ clientId: 'demo-client', clientSecret: 'demo-secret' }),
    store: storeAt(aws.url, bucket),
    async close() {
      await Promise.all([aws.close(), simulator.close()])
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function storeAt(endpoint: string, bucket: string): Store {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  return s3Store(new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials }), bucket)
}

function settingsOf(
  bucket: string,
  { source, secretArn }: DoctorOptions,
  environment: Environment,
): Settings {
  return readSettings({
    ...settingsIn(environment),
    DATA_BUCKET: bucket,
    SOURCE: source,
    SOPHOS_SECRET_ARN: secretArn ?? 'none',
  })
}
