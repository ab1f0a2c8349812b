import { Template } from 'aws-cdk-lib/assertions'
import { synthesizeTemplate } from '../../cdk/synthesize.ts'

// What the tests of the template look at it with.

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

/** Logical ids, written down: another id is another bucket (empty) or another address (of the page). */
export const dataBucket = 'DataBucketE3889A50'
export const siteBucket = 'SiteBucket978D4AEB'
export const distribution = 'DashboardDistribution90702DDE'

const synthesized = new Map<string, Template>()

/** The template of an installation with these settings, which is synthesized once for all tests. */
export function variant(context: Readonly<Record<string, unknown>>): Template {
  const key = JSON.stringify(context)
  const known = synthesized.get(key) ?? Template.fromJSON(synthesizeTemplate(context))
  synthesized.set(key, known)
  return known
}

/** An installation for one office, as most of them are. */
export const template = variant({ access: '203.0.113.0/24' })

/** All resources of a type, with their logical ids. */
export const all = (type: string, of = template): [string, Resource][] =>
  Object.entries<Resource>(of.findResources(type) as Record<string, never>)

export function only(type: string, of = template): [string, Resource] {
  const [found, ...more] = all(type, of)
  if (!found || more.length > 0) throw new Error(`the template has not exactly one ${type}`)
  return found
}

export const statementsOf = ({ Properties }: Resource): Statement[] =>
  (Properties.PolicyDocument as { Statement: Statement[] }).Statement

/** CloudFormation writes a list of one without the list. */
export const list = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value])

/** The ARN of an object, or of many, in the data bucket. */
export const inData = (key: string) => ({
  'Fn::Join': ['', [{ 'Fn::GetAtt': [dataBucket, 'Arn'] }, `/${key}`]],
})
