import { type Environment, readCommandLine } from '../command-line.ts'

export type Options = {
  readonly help: boolean
  /** Only checks, and prints the command that stores them. */
  readonly print: boolean
  /** The ARN of the secret; without it the stack's own. */
  readonly secretArn: string | undefined
  readonly stack: string
  /** Without it, that of the secret's ARN, or as the AWS SDK finds it (AWS_REGION, the profile). */
  readonly region: string | undefined
}

export const help = `Checks Sophos API credentials against Sophos, and stores them in AWS

  npm run credentials                        asks for the client ID and the secret, which is not shown

  --stack NAME     the stack that has the secret (default SophosDetectionsDashboard)
  --secret ARN     another secret, such as that of a second credential
  --region REGION  the region of the secret (default: as the AWS SDK finds it)
  --print          store nothing; print the command that stores them
  --help           this text

SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET in the environment, or two lines on the standard input, replace the questions.
`

/** Reads the command line. Throws an error that says what is wrong and what is allowed. */
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
  return {
    help: values.help,
    print: values.print,
    secretArn: secret,
    stack: values.stack,
    region: values.region ?? arnRegion,
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
