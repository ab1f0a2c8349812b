import { xmlDocument } from './xml.ts'

/** The outputs of each stack, by its name. */
export type Stacks = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Answers DescribeStacks for one stack by its name, with its outputs only. */
export function answerStacks(stacks: Stacks, form: URLSearchParams): { status: number; body: string } {
  const action = form.get('Action')
  const name = form.get('StackName') ?? ''
  const outputs = stacks[name]
  if (action !== 'DescribeStacks')
    return failure('InvalidAction', `This stand-in does not support ${action}.`)
  if (!outputs) return failure('ValidationError', `Stack with id ${name} does not exist`)
  const member = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }))
  const stack = {
    StackName: name,
    StackId: `arn:aws:cloudformation:us-east-1:123456789012:stack/${name}/0`,
    CreationTime: '2026-01-01T00:00:00Z',
    StackStatus: 'CREATE_COMPLETE',
    Outputs: { member },
  }
  return {
    status: 200,
    body: xmlDocument('DescribeStacksResponse', { DescribeStacksResult: { Stacks: { member: stack } } }),
  }
}

const failure = (Code: string, Message: string): { status: number; body: string } => ({
  status: 400,
  body: xmlDocument('ErrorResponse', { Error: { Type: 'Sender', Code, Message } }),
})
