/** What holds where a setting is left out: here, in the stack and on one machine. */
export const defaults = {
  /** What Sophos recommends (10 a second, 1,000 an hour) and what it enforces (100 a minute, 200,000 a day). */
  rateLimits: '10/s 100/m 1000/h 200000/d',
  refreshInterval: '15m',
  source: 'default',
  installation: 'local',
  idUrl: 'https://id.sophos.com',
  apiUrl: 'https://api.central.sophos.com',
  fusionGuard: 'on',
  fusionCounts: 'off',
  fusionUrl: 'https://api.taegis.sophos.com/graphql',
} as const
