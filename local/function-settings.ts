import { type Environment, variable } from '../lambda/settings/variable.ts'

/** The function's settings that have a meaning on one machine too. */
const names = [
  'SOPHOS_ID_URL',
  'SOPHOS_API_URL',
  'SOPHOS_RATE_LIMITS',
  'REFRESH_INTERVAL',
  'FUSION_GUARD',
  'FUSION_COUNTS',
  'FUSION_GRAPHQL_URL',
] as const

/** Returns those of the function's settings that the environment sets, for a command on this machine. */
export const settingsIn = (environment: Environment): Partial<Record<(typeof names)[number], string>> =>
  Object.fromEntries(
    names.flatMap(name => {
      const value = variable(environment, name)
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** What only makes sense with a credential: a simulated Sophos Central has its own. */
const ofCredentials = [
  'SOPHOS_ID_URL',
  'SOPHOS_API_URL',
  'FUSION_GRAPHQL_URL',
  'SOPHOS_SECRET_ARN',
  'SOPHOS_SOURCES',
]

/** Throws an error if the environment sets what a simulated Sophos Central would ignore. */
export function refuseForSimulation(environment: Environment): void {
  const name = ofCredentials.find(one => variable(environment, one) !== undefined)
  if (name === undefined) return
  throw new Error(
    `${name} is set, but no credentials are, and the simulated Sophos Central does not use it. Use --ask or set SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET, or unset ${name}.`,
  )
}
