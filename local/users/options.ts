import type { Environment } from '../../lambda/settings/variable.ts'
import { readCommandLine } from '../command-line.ts'
import { isUserName } from './record.ts'

type Action = 'list' | 'add' | 'remove' | 'reset'

export type Options = {
  readonly help: boolean
  readonly action: Action
  /** Empty for `list`. */
  readonly name: string
  /** Generated here, asked for on the terminal, or read from standard input. */
  readonly password: 'generated' | 'asked' | 'stdin'
  readonly stack: string
  /** Undefined: the region that the AWS command line uses. */
  readonly region: string | undefined
  /** ARN of the store. Undefined: as in the stack's outputs. */
  readonly store: string | undefined
}

export const help = `Manages the users who can open the deployed dashboard with a password

  npm run users -- list
  npm run users -- add NAME      makes a password and shows it once
  npm run users -- reset NAME    makes a new password; the old one no longer works
  npm run users -- remove NAME

  --ask-password     with add and reset: asks for your own password and does not show it
  --password-stdin   with add and reset: reads the password from standard input
  --stack NAME       the stack (default SophosDetectionsDashboard)
  --region REGION    the region of the stack (default: as for the AWS command line)
  --store ARN        the user store, if your role cannot read the stack
  --help             this text

A change reaches all of CloudFront within seconds. It uses the same AWS credentials as the AWS command line.
`

const actions: readonly string[] = ['list', 'add', 'remove', 'reset'] satisfies Action[]
const isAction = (text: string): text is Action => actions.includes(text)

/** Parses the command line. Throws an error that names what is wrong and what is allowed. */
export function parseOptions(args: readonly string[], environment: Environment = {}): Options {
  const { values, positionals } = parse(args, environment)
  const [action = 'list', name = '', ...more] = positionals
  const isHelp = values.help || positionals.length === 0
  if (!isAction(action)) throw new Error(`Unknown action "${action}". Allowed: ${actions.join(', ')}.`)
  if (more.length > 0) throw new Error(`One name at a time. Remove "${more.join(' ')}".`)
  const ownPassword = values['ask-password'] || values['password-stdin']
  if (ownPassword && action !== 'add' && action !== 'reset') {
    throw new Error('Only add and reset take a password.')
  }
  if (values['ask-password'] && values['password-stdin']) {
    throw new Error('Use --ask-password or --password-stdin, not both.')
  }
  if (action === 'list' && name !== '') throw new Error(`list takes no name. Remove "${name}".`)
  if (action !== 'list' && !isUserName(name)) {
    throw new Error(
      `The name is "${name}". Allowed: 1 to 64 letters, digits and ._@+-, no spaces. Example: npm run users -- ${action} maria@example.com`,
    )
  }
  return {
    help: isHelp,
    action,
    name,
    password: values['ask-password'] ? 'asked' : values['password-stdin'] ? 'stdin' : 'generated',
    stack: values.stack,
    region: values.region,
    store: values.store,
  }
}

function parse(args: readonly string[], environment: Environment) {
  const options = {
    help: { type: 'boolean', short: 'h', default: false },
    'ask-password': { type: 'boolean', default: false },
    'password-stdin': { type: 'boolean', default: false },
    stack: { type: 'string', default: 'SophosDetectionsDashboard' },
    region: { type: 'string' },
    store: { type: 'string' },
  } as const
  const config = { args: [...args], strict: true, allowPositionals: true, options } as const
  return readCommandLine('npm run users', config, environment, actions)
}
