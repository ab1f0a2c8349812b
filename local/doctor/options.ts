import { fileURLToPath } from 'node:url'
import { defaultSample } from '../../lambda/doctor/sample.ts'
import type { Environment } from '../../lambda/settings/variable.ts'
import { readCommandLine } from '../command-line.ts'

export type DoctorOptions = {
  readonly help: boolean
  /** The number of tenants of each region and status, or all. */
  readonly sample: number | 'all'
  /** The folder for access-report.md and access-report.json. */
  readonly out: string
  /** The AWS secret with the credentials, and the data bucket that keeps the record of calls. */
  readonly secretArn: string | undefined
  readonly bucket: string | undefined
  readonly source: string
  /** Ask for the credentials of the real Sophos Central. */
  readonly ask: boolean
  /** Probe Sophos Fusion as well. */
  readonly fusion: boolean
}

const usualOut = fileURLToPath(new URL('../../.data/doctor', import.meta.url))

export const help = `Checks what a Sophos Central credential can read, what is wrong, and how to fix it

  npm run doctor -- --ask          asks for the client ID and the secret, and does not show the secret
  npm run doctor                   with SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET in the environment: the real
                                   Sophos Central; without them a simulated one, to see what a report looks like
  npm run doctor -- --secret ARN --bucket NAME
                                   with the credentials of a deployment, within its rate limits

  --all              examine all tenants, not a sample
  --sample NUMBER    how many tenants of each region and status (default ${defaultSample})
  --secret ARN       a secret in AWS Secrets Manager that holds {"clientId": "...", "clientSecret": "..."}
  --bucket NAME      the deployment's data bucket: doctor and collector share one call budget there, the doctor
                     reads the history, and the dashboard shows the report
  --source NAME      the name of this credential in that bucket (default "default")
  --fusion           also run read-only tests against Sophos Fusion, and add the results
  --out DIR          the folder for access-report.md and access-report.json (default .data/doctor)
  --help             this text

It only reads, and makes no more calls than SOPHOS_RATE_LIMITS allows.
Exit codes: 0 no problems found, 1 problems found, 2 no tenant could be examined.
`

/** Parses the command line. Throws an error that names what is wrong and what is allowed. */
export function parseOptions(args: readonly string[], environment: Environment = {}): DoctorOptions {
  const values = parse(args, environment)
  if (values.all && values.sample !== undefined) {
    throw new Error(
      'Use --all or --sample, not both: all tenants, or a number of tenants of each region and status.',
    )
  }
  if (values.ask && values.secret !== undefined) {
    throw new Error(
      'Use --ask or --secret, not both: the credentials are typed, or stand in a secret of AWS.',
    )
  }
  if (values.bucket !== undefined && values.secret === undefined) {
    throw new Error('--bucket needs --secret: the call budget in a bucket belongs to one credential.')
  }
  return {
    help: values.help,
    sample: values.all ? 'all' : wholeNumber('--sample', values.sample ?? `${defaultSample}`),
    out: values.out ?? usualOut,
    secretArn: values.secret,
    bucket: values.bucket,
    source: values.source,
    ask: values.ask,
    fusion: values.fusion,
  }
}

function parse(args: readonly string[], environment: Environment) {
  const options = {
    help: { type: 'boolean', short: 'h', default: false },
    all: { type: 'boolean', default: false },
    sample: { type: 'string' },
    out: { type: 'string' },
    secret: { type: 'string' },
    bucket: { type: 'string' },
    source: { type: 'string', default: 'default' },
    ask: { type: 'boolean', default: false },
    fusion: { type: 'boolean', default: false },
  } as const
  const config = { args: [...args], strict: true, allowPositionals: false, options } as const
  return readCommandLine('npm run doctor', config, environment).values
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new Error(`${name} ${text}: a whole number from 1 to 9999 is allowed, such as ${name} 3`)
  return Number(text)
}
