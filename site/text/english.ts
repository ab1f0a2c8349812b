import { formatCount } from './locale.ts'

const rules = new Intl.PluralRules('en')

export const plural = (count: number, one: string, other: string) =>
  rules.select(count) === 'one' ? one : other
export const tenants = (count: number) => `${formatCount(count)} ${plural(count, 'tenant', 'tenants')}`
