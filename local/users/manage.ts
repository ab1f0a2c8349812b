import type { Options } from './options.ts'
import { generatePassword, weaknesses } from './password.ts'
import { keyOf, readUser, userRecord } from './record.ts'
import type { UserStore } from './user-store.ts'

export type Surroundings = {
  readonly store: UserStore
  /** Returns the operator's own password. */
  readonly givenPassword: () => Promise<string>
  readonly randomBytes: (count: number) => Buffer
  readonly randomInt: (below: number) => number
  /** As `2026-11-22`. */
  readonly today: string
}

/**
 * Runs the action of the command line and returns the text to print.
 * @throws Error for a name that exists already or does not exist, and for a weak password. Then nothing was changed.
 */
export async function manageUsers(options: Options, surroundings: Surroundings): Promise<string> {
  if (options.action === 'list') return formatUsers(await surroundings.store.list())
  if (options.action === 'remove') return await remove(options.name, surroundings.store)
  return await setPassword(options, surroundings)
}

function formatUsers(records: readonly string[]): string {
  if (records.length === 0) {
    return 'There are no users, so no password opens the dashboard. Add one: npm run users -- add NAME\n'
  }
  const users = records.map(record => readUser(record) ?? { name: '(damaged record)', since: '' })
  const width = Math.max(...users.map(({ name }) => name.length))
  return users
    .sort((one, other) => one.name.localeCompare(other.name))
    .map(({ name, since }) => `${name.padEnd(width)}  password set ${since || 'on an unknown date'}\n`)
    .join('')
}

async function remove(name: string, store: UserStore): Promise<string> {
  await store.change(keyOf(name), present => {
    if (present === undefined) throw missing(name)
    return null
  })
  return `${name} is no longer a user.\n`
}

async function setPassword(options: Options, surroundings: Surroundings): Promise<string> {
  const { action, name } = options
  const { store, givenPassword, randomBytes, randomInt, today } = surroundings
  const isGenerated = options.password === 'generated'
  const password = isGenerated ? generatePassword(randomInt) : await givenPassword()
  const weak = isGenerated ? [] : weaknesses(password, name)
  if (weak.length > 0) throw new Error(`The password ${weak.join('; it ')}. Nothing was changed.`)

  const record = userRecord({ name, since: today }, password, randomBytes(16))
  await store.change(keyOf(name), present => {
    if (action === 'add' && present !== undefined) {
      throw new Error(`${name} is already a user. For a new password: npm run users -- reset ${name}`)
    }
    if (action === 'reset' && present === undefined) throw missing(name)
    return record
  })
  const done = action === 'add' ? `${name} is now a user.` : `${name} has a new password.`
  return isGenerated
    ? `${done}\nPassword: ${password}\nIt is shown only once: the store keeps a salted hash.\n`
    : `${done}\n`
}

const missing = (name: string): Error =>
  new Error(`There is no user ${name}. List the users: npm run users -- list`)
