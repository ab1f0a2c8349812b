import { type Environment, readCommandLine } from '../command-line.ts'
import { isUserName } from './record.ts'

type Action = 'list' | 'add' | 'remove' | 'reset'

export type Options = {
  readonly help: boolean
  readonly action: Action
  /** Empty for `list`. */
  readonly name: string
  /** Where the password comes from: made here, asked for on the terminal, or the first line of the standard input. */
  readonly password: 'generated' | 'asked' | 'stdin'
  readonly stack: string
  /** Undefined: the one that the AWS command line uses. */
  readonly region: string | undefined
  /** ARN of the store, where it is not to be looked up in the stack. */
  readonly store: string | undefined
}

export const help = `Who may read the deployed dashboard by a password

  npm run users -- list
  npm run users -- add NAME      makes a password and shows it, this once
  npm run users -- reset NAME    makes a new password; the old one no longer works
  npm run users -- remove NAME

  --ask-password     with add and reset: asks for a password of your own, without showing it
  --password-stdin   with add and reset: takes the password from the standard input
  --stack NAME       the stack (default SophosDetectionsDashboard)
  --region REGION    where the stack is (default: as the AWS command line has it)
  --store ARN        the store of users, where you may not read the stack
  --help             this text

A change reaches all of CloudFront within seconds. AWS credentials are taken from where the AWS command line takes them.
`

const actions: readonly string[] = ['list', 'add', 'remove', 'reset'] satisfies Action[]
const isAction = (text: string): text is Action => actions.includes(text)

/** Reads the command line. Throws an error that says what is wrong and what is allowed. */
export function parseOptions(args: readonly string[], environment: Environment = {}): Options {
  const { values, positionals } = parse(args, environment)
  const [action = 'list', name = '', ...more] = positionals
  const isHelp = values.help || positionals.length === 0
  if (!isAction(action)) throw new Error(`There is no "${action}". Allowed: ${actions.join(', ')}.`)
  if (more.length > 0) throw new Error(`One name at a time; "${more.join(' ')}" is too much.`)
  const ownPassword = values['ask-password'] || values['password-stdin']
  if (ownPassword && action !== 'add' && action !== 'reset') {
    throw new Error('A password goes with add and reset only.')
  }
  if (values['ask-password'] && values['password-stdin']) {
    throw new Error('Either --ask-password or --password-stdin, not both.')
  }
  if (action === 'list' && name !== '') throw new Error(`list takes no name; "${name}" was given.`)
  if (action !== 'list' && !isUserName(name)) {
    throw new Error(
      `The name is "${name}". Allowed: 1 to 64 letters, digits and ._@+-, no blanks. Example: npm run users -- ${action} maria@example.com`,
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
