type PutEvent = {
  readonly bus: string
  readonly source: string
  readonly detailType: string
  readonly detail: unknown
}

/** All events so far. With `isFull`, the bus rejects events as EventBridge does: 200 with a failed entry. */
export type EventBuses = { readonly events: PutEvent[]; isFull: boolean }

const mostBytes = 256 * 1024

/** Answers PutEvents of EventBridge. */
export function answerEvents(
  buses: EventBuses,
  target: string,
  body: string,
): { status: number; json: unknown } {
  if (target !== 'AWSEvents.PutEvents')
    return failure('UnknownOperationException', `This stand-in does not support ${target}.`)
  const entries = readEntries(body)
  if (entries.length === 0 || entries.length > 10)
    return failure('ValidationException', 'Entries must be a list of 1 to 10 events.')
  if (entries.reduce<number>((sum, entry) => sum + JSON.stringify(entry).length, 0) > mostBytes)
    return failure('ValidationException', 'Total size of the entries in the request is over the limit.')
  const answers = entries.map(entry => {
    const event = buses.isFull ? undefined : readEvent(entry)
    if (event) buses.events.push(event)
    return event
      ? { EventId: crypto.randomUUID() }
      : { ErrorCode: buses.isFull ? 'ThrottlingException' : 'InvalidArgument', ErrorMessage: 'Not taken.' }
  })
  const failed = answers.filter(answer => 'ErrorCode' in answer).length
  return { status: 200, json: { FailedEntryCount: failed, Entries: answers } }
}

function readEntries(body: string): unknown[] {
  const request: unknown = JSON.parse(body)
  return isRecord(request) && Array.isArray(request.Entries) ? request.Entries : []
}

/** Returns undefined if a required field is missing, or the detail is not a JSON object. */
function readEvent(entry: unknown): PutEvent | undefined {
  if (!isRecord(entry)) return undefined
  const { EventBusName = 'default', Source, DetailType, Detail } = entry
  const texts = [EventBusName, Source, DetailType, Detail].filter(text => typeof text === 'string')
  const [bus, source, detailType, json] = texts
  if (bus === undefined || source === undefined || detailType === undefined || json === undefined)
    return undefined
  const detail: unknown = JSON.parse(json)
  return isRecord(detail) ? { bus, source, detailType, detail } : undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const failure = (type: string, message: string): { status: number; json: unknown } => ({
  status: 400,
  json: { __type: type, message },
})
