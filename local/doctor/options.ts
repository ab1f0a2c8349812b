import { fileURLToPath } from 'node:url'
import { defaultSample } from '../../lambda/doctor/sample.ts'
import { type Environment, readCommandLine } from '../command-line.ts'

export type DoctorOptions = {
  readonly help: boolean
  /** How many tenants of each region and status, or all. */
  readonly sample: number | 'all'
  /** The folder of access-report.md and access-report.json. */
  readonly out: string
  /** The secret in AWS that holds the credentials, and the data bucket whose book of calls is shared. */
  readonly secretArn: string | undefined
  readonly bucket: string | undefined
  readonly source: string
  /** Whether to ask Sophos Fusion as well. */
  readonly fusion: boolean
}

const usualOut = fileURLToPath(new URL('../../.data/doctor', import.meta.url))

export const help = `What can this Sophos Central credential see, what is wrong, and how to fix it

  npm run doctor                   with SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET in the environment: the real
                                   Sophos Central; without them a simulated one, to see what a report looks like
  npm run doctor -- --secret ARN --bucket NAME
                                   with the credentials of a deployment, within the same rate limits

  --all              examine all tenants, not a sample
  --sample NUMBER    how many tenants of each region and status (default ${defaultSample})
  --secret ARN       a secret in AWS Secrets Manager that holds {"clientId": "...", "clientSecret": "..."}
  --bucket NAME      the deployment's data bucket: both count their calls there, the doctor reads its history,
                     and its dashboard shows the report
  --source NAME      the name of this credential in that bucket (default "default")
  --fusion           also ask Sophos Fusion, read-only, what is still unknown, and add the answers
  --out DIR          where access-report.md and access-report.json are written (default .data/doctor)
  --help             this text

It only reads, and takes no more calls than SOPHOS_RATE_LIMITS allows. Exit codes: 0 no problems
found, 1 problems found, 2 nothing could be examined.
`

/** Reads the command line. Throws an error that says what is wrong and what is allowed. */
export function parseOptions(args: readonly string[], environment: Environment = {}): DoctorOptions {
  const values = parse(args, environment)
  if (values.all && values.sample !== undefined) {
    throw new Error(
      '--all and --sample exclude each other: examine all tenants, or so many of each region and status.',
    )
  }
  if (values.bucket !== undefined && values.secret === undefined) {
    throw new Error(
      '--bucket goes with --secret: the book of calls in a bucket is that of its own credential.',
    )
  }
  return {
    help: values.help,
    sample: values.all ? 'all' : wholeNumber('--sample', values.sample ?? `${defaultSample}`),
    out: values.out ?? usualOut,
    secretArn: values.secret,
    bucket: values.bucket,
    source: values.source,
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
