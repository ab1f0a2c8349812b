/**
 * Whether an id can be sent and stored as it is: in a header, a URL, a CSV cell, a key. Sophos' own are UUIDs; allowed are
 * all characters that no syntax gives a meaning. An id that stands for an entry without one cannot be sent.
 */
export const isUsableId = (id: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/.test(id) && !hasStandInId({ id })

/** The same in words. */
export const usableId = '1 to 128 letters, digits and . _ ~ -, beginning with a letter or digit'

const standIn = 'unnamed-'
/** The id for an entry of the tenant list that has none that can be used. */
export const standInId = (page: number, place: number): string => `${standIn}${page}-${place}`
/** The id stands for a place in the list, not for a tenant: another list may have another tenant there. */
export const hasStandInId = ({ id }: { readonly id: string }): boolean => id.startsWith(standIn)
