import { SettingError } from '../settings/setting-error.ts'
import type { Settings } from '../settings.ts'

/** Lambda allows 4 KB for all environment variables together, of which the mutes may take more than half (events.ts). */
const maxBytes = 1_000

/**
 * Returns the environment variable that tells the function the secrets of its further sources: an event names a source only.
 * @throws SettingError if they do not fit.
 */
export function sourceVariables({ sources }: Pick<Settings, 'sources'>): Record<string, string> {
  if (sources.size === 0) return {}
  const json = JSON.stringify(Object.fromEntries(sources))
  if (Buffer.byteLength(json) > maxBytes) {
    throw new SettingError(
      `Setting "sources" has ${sources.size} credentials, too many for the function's environment variables. ` +
        'Allowed: about 10. Install a second stack for the others.',
    )
  }
  return { SOPHOS_SOURCES: json }
}
