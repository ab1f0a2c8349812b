import type { Environment } from '../../lambda/settings/variable.ts'
import { readCommandLine } from '../command-line.ts'

export type Options = {
  readonly help: boolean
  /** Check only, and print the command that stores the credentials. */
  readonly print: boolean
  /** The ARN of the secret. Default: the stack's own. */
  readonly secretArn: string | undefined
  readonly stack: string
  /** Default: the region in the secret's ARN, else what the AWS SDK finds (AWS_REGION, the profile). */
  readonly region: string | undefined
}

export const help = `Checks Sophos API credentials against Sophos, and stores them in AWS

  npm run credentials                        asks for the client ID and the secret, and does not show the secret

  --stack NAME     the stack with the secret (default SophosDetectionsDashboard)
  --secret ARN     another secret, such as one for a second credential
  --region REGION  the region of the secret (default: as the AWS SDK finds it)
  --print          store nothing, print the command that stores them
  --help           this text

It first checks that AWS can store them: region, stack, rights.
It does not ask if SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET are set, or if standard input has two lines: ID, secret.
`

/** Parses the command line. Throws an error that names what is wrong and what is allowed. */
export function parseOptions(args: readonly string[], environment: Environment = {}): Options {
  const { values } = parse(args, environment)
  const { secret } = values
  const [, arnRegion] =
    /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:[\w/+=.@-]+$/.exec(secret ?? '') ?? []
  if (secret !== undefined && !arnRegion) {
    throw new Error(
      `--secret ${secret}: the ARN of a secret is allowed, such as arn:aws:secretsmanager:eu-central-1:111122223333:secret:emea-AbCdEf`,
    )
  }
  const { region = arnRegion } = values
  if (arnRegion !== undefined && region !== arnRegion) {
    throw new Error(
      `--region ${region}: the secret is in ${arnRegion}, as its ARN says, and can be written there only. Leave --region out.`,
    )
  }
  return {
    help: values.help,
    print: values.print,
    secretArn: secret,
    stack: values.stack,
    region,
  }
}

function parse(args: readonly string[], environment: Environment) {
  const options = {
    help: { type: 'boolean', short: 'h', default: false },
    print: { type: 'boolean', default: false },
    secret: { type: 'string' },
    stack: { type: 'string', default: 'SophosDetectionsDashboard' },
    region: { type: 'string' },
  } as const
  const config = { args: [...args], strict: true, allowPositionals: false, options } as const
  return readCommandLine('npm run credentials', config, environment)
}
