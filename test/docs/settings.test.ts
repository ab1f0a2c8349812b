import { describe, expect, it } from 'vitest'
import { settingNames } from '../../cdk/settings/given.ts'
import { readSettings as readOfStack } from '../../cdk/settings.ts'
import { readEventSettings } from '../../lambda/events/settings.ts'
import { readSettings as readOfFunction } from '../../lambda/settings.ts'
import { document, section, tableRows } from './documents.ts'

/**
 * The names of a table of settings, and the default of each: a value, or undefined where words say that there is none.
 */
function documented(heading: string): [name: string, fallback: string | undefined][] {
  return tableRows(section('docs/settings.md', heading)).map(([name = '', , fallback = '']) => [
    name.replaceAll('`', ''),
    /^`([^`]+)`$/.exec(fallback)?.[1],
  ])
}
const ofStack = documented('Settings of the stack')
const ofFunction = documented('Settings of the function')

/** The least that the function is given. */
const least = { SOPHOS_SECRET_ARN: 'arn', DATA_BUCKET: 'bucket', EVENT_BUS_NAME: 'bus' }

/** What the function makes of its variables, without the functions that are made anew each time. */
function functionWith(given: Readonly<Record<string, string>>) {
  const environment = { ...least, ...given }
  const { mutedAt, ...events } = readEventSettings(environment) ?? {}
  return { ...readOfFunction(environment), events }
}

/** The names that a reader of settings looks at. */
function namesReadBy(read: (environment: Readonly<Record<string, string | undefined>>) => unknown): string[] {
  const names = new Set<string>()
  read(
    new Proxy<Record<string, string | undefined>>(
      { ...least },
      {
        get(environment, name) {
          names.add(String(name))
          return environment[String(name)]
        },
      },
    ),
  )
  return [...names]
}

describe('the table of the settings of the stack', () => {
  it('has every setting, once, and no other', () => {
    expect(ofStack.map(([name]) => name).sort()).toEqual([...settingNames].sort())
  })

  it.each(ofStack.filter(([, fallback]) => fallback))(
    'has for %s the default of the code: %s',
    (name, value) => {
      expect(readOfStack({ [name]: value })).toEqual(readOfStack({}))
    },
  )

  it('says of all others that there is none, as the code does', () => {
    const settings = new Map(Object.entries(readOfStack({})))
    for (const [name] of ofStack.filter(([, fallback]) => fallback === undefined)) {
      const key = [name, `${name}s`, 'domain'].find(one => settings.has(one)) ?? name
      const value = settings.get(key)
      const isNone = value === undefined || (Array.isArray(value) && value.length === 0)
      expect([name, isNone || (value instanceof Map && value.size === 0)]).toEqual([name, true])
    }
  })
})

describe('the table of the settings of the function', () => {
  it('has every variable that the function reads, once, and no other', () => {
    const read = [...new Set([...namesReadBy(readOfFunction), ...namesReadBy(readEventSettings)])]
    expect(ofFunction.map(([name]) => name).sort()).toEqual(read.sort())
  })

  it.each(ofFunction.filter(([, fallback]) => fallback))(
    'has for %s the default of the code: %s',
    (name, value = '') => {
      expect(functionWith({ [name]: value })).toEqual(functionWith({}))
    },
  )

  it('says of the others that there is none: without them the function stops, or does without', () => {
    const none = ofFunction.filter(([, fallback]) => fallback === undefined).map(([name]) => name)
    expect(none.sort()).toEqual([
      'DASHBOARD_URL',
      'DATA_BUCKET',
      'EVENT_BUS_NAME',
      'MUTED',
      'SOPHOS_SECRET_ARN',
      'SOPHOS_SOURCES',
    ])
    expect(() => readOfFunction({})).toThrow('SOPHOS_SECRET_ARN is not set. DATA_BUCKET is not set.')
    expect(readEventSettings({})).toBeUndefined()
    expect(readEventSettings(least)?.dashboard).toBeUndefined()
  })
})

describe('the README', () => {
  it('names only settings that are there, without their defaults, which stand in one place', () => {
    const named = tableRows(section('README.md', 'Settings')).flatMap(([name = '']) =>
      name.replaceAll('`', '').split(', '),
    )
    expect(settingNames).toEqual(expect.arrayContaining(named))
    expect(document('README.md')).not.toContain('10/s 100/m')
  })
})
