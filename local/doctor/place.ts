import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { awsAgents } from '../../lambda/network/aws-agents.ts'
import { readCredentials } from '../../lambda/secret.ts'
import { readSettings, type Settings } from '../../lambda/settings.ts'
import type { Credentials } from '../../lambda/sophos/token.ts'
import { type Store, s3Store } from '../../lambda/state/store.ts'
import { startAws } from '../aws/server.ts'
import { openPrivateFolder } from '../private-files.ts'
import { startSimulator } from '../simulator/server.ts'
import type { DoctorOptions } from './options.ts'

type Environment = Readonly<Record<string, string | undefined>>

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

/** Uses the credentials of the secret in the options, else those in the environment, else a simulation. */
export async function choosePlace(
  options: DoctorOptions,
  environment: Environment,
  dataDir = usualDataDir,
): Promise<Place> {
  const { SOPHOS_CLIENT_ID: clientId, SOPHOS_CLIENT_SECRET: clientSecret } = environment
  if (options.secretArn) return ofSecret(options.secretArn, options, environment, dataDir)
  if (clientId && clientSecret) {
    const description = 'Sophos Central, with the credentials in the environment.'
    const readCredentials = async () => ({ clientId, clientSecret })
    return onThisMachine({ description, readCredentials }, options, environment, dataDir)
  }
  if (clientId || clientSecret) {
    throw new Error(
      'Only one of SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET is set. Set both for the real Sophos Central, or neither.',
    )
  }
  return simulation(options, environment)
}

async function ofSecret(
  secretArn: string,
  options: DoctorOptions,
  environment: Environment,
  dataDir: string,
): Promise<Place> {
  // arn:aws:secretsmanager:eu-central-1:123456789012:secret:name
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? secretArn.split(':')[3]
  const client = { ...(region && { region }), requestHandler: awsAgents(environment) }
  const secrets = new SecretsManagerClient(client)
  const description = `Sophos Central, with the credentials in ${secretArn}.`
  const read = () => readCredentials(secrets, secretArn)
  const { bucket } = options
  if (!bucket) return onThisMachine({ description, readCredentials: read }, options, environment, dataDir)
  const s3 = new S3Client({
    ...client,
    followRegionRedirects: true,
    forcePathStyle: environment.AWS_ENDPOINT_URL !== undefined,
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
  const bucket = 'sophos'
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
  const rateLimits = environment.SOPHOS_RATE_LIMITS
  const simulator = await startSimulator({
    tenants: [{ access: 'unlicensed' }, { access: 'unmanaged' }, { apiHost: null }, 9],
    clientId: 'demo-client',
    clientSecret: 'demo-secret',
    latency: { min: 40, max: 180 },
    ...(rateLimits && { rateLimits }),
  })
  const bucket = 'demo'
  const dir = await mkdtemp(join(tmpdir(), 'doctor-'))
  const aws = await startAws({ dir, buckets: [bucket], secrets: {} })
  return {
    description:
      'A simulated Sophos Central with 12 tenants. Set SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET for the real one.',
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
    ...environment,
    DATA_BUCKET: bucket,
    SOURCE: source,
    SOPHOS_SECRET_ARN: secretArn ?? 'none',
  })
}
