import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readInvocation } from '../../lambda/invocation.ts'

it.each([
  [{ action: 'doctor' }, { all: false }, undefined],
  [{ action: 'doctor', all: true }, { all: true }, undefined],
  [{ action: 'doctor', all: false, source: 'emea' }, { all: false }, 'emea'],
  [{}, undefined, undefined],
  [{ trigger: 'schedule' }, undefined, undefined],
  [{ trigger: 'schedule', source: 'emea' }, undefined, 'emea'],
  [
    { version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', action: 'doctor' },
    undefined,
    undefined,
  ],
])('%j asks for the doctor, or for a run: %j, of the source %s', (event, doctor, source) => {
  expect(readInvocation(event)).toMatchObject({ doctor, source })
})

it.each([
  [{ trigger: 'schedule' }, 'schedule'],
  [{ trigger: 'schedule', source: 'emea', more: 1 }, 'schedule'],
  [{ version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} }, 'schedule'],
  [{ trigger: 'manual' }, 'manual'],
  [{}, 'manual'],
  [null, 'manual'],
  [undefined, 'manual'],
])('%j says who asks: %s', (event, trigger) => {
  expect(readInvocation(event).trigger).toBe(trigger)
})

it.each([
  ['now', /^The event of the type string is not understood; expected \{\} or \{"source"/],
  [{ trigger: 'please' }, /is not understood/],
  [{ source: 7, all: null }, /^The event with the fields source \(number\), all \(null\) is not understood/],
  [{ action: 'nurse' }, /is not understood; expected .*\{"action": "doctor"\}/],
  [{ action: 'doctor', all: 'yes' }, /is not understood/],
  [{ all: true }, /has "all", which goes with \{"action": "doctor"\} only/],
  [{ source: '' }, /is not understood; expected \{\} or \{"source": "emea"\}/],
  [
    { source: 'emea', secretArn: 'arn:x' },
    /names a secretArn\. Name the source alone, such as \{"source": "emea"\}: .*SOPHOS_SOURCES/,
  ],
  [{ secretArn: 'arn:x' }, /names a secretArn/],
])('%j is refused with what is expected', (event, message) => {
  expect(() => readInvocation(event)).toThrow(message)
})

it('no error quotes what the event holds, and each is one short line', () => {
  const hush = fc.constant('hush-1234-secret')
  const value = fc.oneof(hush, fc.array(hush), fc.record({ clientSecret: hush }), fc.jsonValue())
  const event = fc.oneof(
    hush,
    fc.array(hush),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom('action', 'all', 'trigger', 'source', 'secretArn'),
        fc.string({ unit: 'binary' }),
      ),
      value,
    ),
  )
  fc.assert(
    fc.property(event, given => {
      try {
        readInvocation(given)
      } catch (error) {
        const message = String(error)
        expect(message).not.toContain('hush')
        expect(message).not.toMatch(/\p{Cc}/u)
        expect(message.length).toBeLessThan(1_000)
      }
    }),
  )
})
