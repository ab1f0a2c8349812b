import { expect, it } from 'vitest'
import { readInvocation } from '../../lambda/invocation.ts'

const credential = { source: 'emea', secretArn: 'arn:x' }

it.each([
  [{ action: 'doctor' }, { all: false }, undefined],
  [{ action: 'doctor', all: true }, { all: true }, undefined],
  [{ action: 'doctor', all: false, ...credential }, { all: false }, credential],
  [{}, undefined, undefined],
  [{ trigger: 'schedule' }, undefined, undefined],
  [
    { version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', action: 'doctor' },
    undefined,
    undefined,
  ],
])('%j asks for the doctor, or for a run: %j', (event, doctor, of) => {
  expect(readInvocation(event)).toMatchObject({ doctor, credential: of })
})

it.each([
  [{ action: 'nurse' }, /is not understood; expected .*\{"action": "doctor"\}/],
  [{ action: 'doctor', all: 'yes' }, /is not understood/],
  [{ all: true }, /has "all", which goes with \{"action": "doctor"\} only/],
  [{ action: 'doctor', source: 'emea' }, /names only one of source and secretArn/],
])('%j is refused with what is expected', (event, message) => {
  expect(() => readInvocation(event)).toThrow(message)
})
