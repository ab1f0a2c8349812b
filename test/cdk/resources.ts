import { Template } from 'aws-cdk-lib/assertions'
import { synthesizeTemplate } from '../../cdk/synthesize.ts'

// Helpers to find resources in the template.

export type Resource = {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
  readonly DependsOn?: string[]
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}
export type Statement = {
  readonly Effect: string
  readonly Action: string | string[]
  readonly Resource: unknown
  readonly Principal?: unknown
}

/** Logical ids, hard-coded on purpose: a new id means a new, empty bucket or a new address of the page. */
export const dataBucket = 'DataBucketE3889A50'
export const siteBucket = 'SiteBucket978D4AEB'
export const distribution = 'DashboardDistribution90702DDE'

const synthesized = new Map<string, Template>()

/** Returns the template for these settings, synthesized once for all tests. */
export function variant(context: Readonly<Record<string, unknown>>): Template {
  const key = JSON.stringify(context)
  const known = synthesized.get(key) ?? Template.fromJSON(synthesizeTemplate(context))
  synthesized.set(key, known)
  return known
}

/** A typical installation: access from one office. */
export const template = variant({ access: '203.0.113.0/24' })

/** Returns all resources of a type, with their logical ids. */
export const all = (type: string, of = template): [string, Resource][] =>
  Object.entries<Resource>(of.findResources(type) as Record<string, never>)

export function only(type: string, of = template): [string, Resource] {
  const [found, ...more] = all(type, of)
  if (!found || more.length > 0) throw new Error(`the template does not have exactly one ${type}`)
  return found
}

export const statementsOf = ({ Properties }: Resource): Statement[] =>
  (Properties.PolicyDocument as { Statement: Statement[] }).Statement

/** CloudFormation omits the brackets of a list with one item. */
export const list = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value])

/** The ARN of a key or key pattern in the data bucket. */
export const inData = (key: string) => ({
  'Fn::Join': ['', [{ 'Fn::GetAtt': [dataBucket, 'Arn'] }, `/${key}`]],
})
