import type { Options } from './options.ts'
import { generatePassword, weaknesses } from './password.ts'
import { keyOf, readUser, userRecord } from './record.ts'
import type { UserStore } from './user-store.ts'

export type Surroundings = {
  readonly store: UserStore
  /** A password that somebody thought of. */
  readonly givenPassword: () => Promise<string>
  readonly randomBytes: (count: number) => Buffer
  readonly randomInt: (below: number) => number
  /** As `2026-11-22`. */
  readonly today: string
}

/**
 * Does what the command line asks for, and answers what to print.
 * @throws Error for a name that is or is not there, and for a weak password; nothing was changed then.
 */
export async function manageUsers(options: Options, surroundings: Surroundings): Promise<string> {
  if (options.action === 'list') return listed(await surroundings.store.list())
  if (options.action === 'remove') return await remove(options.name, surroundings.store)
  return await setPassword(options, surroundings)
}

function listed(records: readonly string[]): string {
  if (records.length === 0) {
    return 'There are no users: nobody can read the dashboard by a password. Add one: npm run users -- add NAME\n'
  }
  const users = records.map(record => readUser(record) ?? { name: '(damaged record)', since: '' })
  const width = Math.max(...users.map(({ name }) => name.length))
  return users
    .sort((one, other) => one.name.localeCompare(other.name))
    .map(({ name, since }) => `${name.padEnd(width)}  password of ${since || 'unknown date'}\n`)
    .join('')
}

async function remove(name: string, store: UserStore): Promise<string> {
  await store.change(keyOf(name), present => {
    if (present === undefined) throw notThere(name)
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
      throw new Error(`${name} is a user already. For a new password: npm run users -- reset ${name}`)
    }
    if (action === 'reset' && present === undefined) throw notThere(name)
    return record
  })
  const done = action === 'add' ? `${name} is a user now.` : `${name} has a new password.`
  return isGenerated
    ? `${done}\nPassword: ${password}\nIt is shown this once; the store keeps only a salted hash of it.\n`
    : `${done}\n`
}

const notThere = (name: string): Error =>
  new Error(`There is no user ${name}. Those that there are: npm run users -- list`)
