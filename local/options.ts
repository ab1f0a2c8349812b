import type { Environment } from '../lambda/settings/variable.ts'
import { readCommandLine } from './command-line.ts'

export type Options = {
  readonly help: boolean
  /** Run once, print the table and end. */
  readonly once: boolean
  /** The folder into which `--once` writes the CSV. */
  readonly exportDir: string | undefined
  readonly port: number
  /** The number of tenants in the simulated Sophos Central. */
  readonly tenants: number
  /** Ask for the credentials of the real Sophos Central. */
  readonly ask: boolean
}

export const help = `Sophos Detections Dashboard on this machine

  npm start                        a dashboard with a simulated Sophos Central (Ctrl-C to stop)
  npm start -- --once              run once, print the table and end
  npm start -- --ask               with the real Sophos Central: asks for the client ID and the secret, and does not
                                   show the secret

  --port NUMBER      the port of the dashboard (default 8080; 0 for any free port)
  --tenants NUMBER   the number of simulated tenants (default 80)
  --once             run once, print the table and end
  --export DIR       with --once: also write detections.csv into this folder
  --help             this text

For scripts: SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET in the environment take the place of --ask.
SOPHOS_RATE_LIMITS, REFRESH_INTERVAL and FUSION_* work as for the deployed function.
`

/** Parses the command line. Throws an error that names what is wrong and what is allowed. */
export function parseOptions(args: readonly string[], environment: Environment = {}): Options {
  const values = parse(args, environment)
  if (values.export !== undefined && !values.once) {
    throw new Error('--export needs --once; a running dashboard has its CSV at /detections.csv')
  }
  return {
    help: values.help,
    once: values.once,
    exportDir: values.export,
    ask: values.ask,
    port: wholeNumber('--port', values.port, 0, 65_535),
    tenants: wholeNumber('--tenants', values.tenants, 0, 100_000),
  }
}

function parse(args: readonly string[], environment: Environment) {
  const options = {
    help: { type: 'boolean', short: 'h', default: false },
    once: { type: 'boolean', default: false },
    export: { type: 'string' },
    ask: { type: 'boolean', default: false },
    port: { type: 'string', default: '8080' },
    tenants: { type: 'string', default: '80' },
  } as const
  const config = { args: [...args], strict: true, allowPositionals: false, options } as const
  return readCommandLine('npm start', config, environment).values
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new Error(
      `${name} ${text}: a whole number from ${least} to ${most} is allowed, such as ${name} ${most > 65_535 ? 250 : 8080}`,
    )
  }
  return value
}
