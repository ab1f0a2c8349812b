import { isWithin, rangeDigits } from '../access/edge/address.ts'

/**
 * Ranges of which CloudFront never sees an address: private networks, this machine, a provider's own network, multicast.
 * Sources: the IANA registries of special-purpose addresses for IPv4 and IPv6.
 */
const blocks = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
]

/** Whether no viewer of a public web page can have an address in this range. */
export function isPrivate(range: string): boolean {
  const [address = '', bits] = range.split('/')
  return blocks.some(
    block => Number(bits) >= Number(block.split('/')[1]) && isWithin(address, [rangeDigits(block)]),
  )
}
