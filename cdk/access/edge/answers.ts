import type { Answer, Headers } from './runtime.ts'

/**
 * The answer to a viewer from outside of the ranges. `security`: the headers that every answer has; CloudFront's
 * documentation does not say that it adds them to what a function answers.
 */
export const wrongAddress = (ip: string, security: Headers): Answer =>
  refusal(
    403,
    'Forbidden',
    {},
    security,
    `This dashboard is open to some addresses only, and yours is not one of them.
Your address: ${ip}

Whoever runs it adds address ranges to the setting "access", in CIDR notation:

    npx cdk deploy -c access=password,203.0.113.0/24
`,
  )

/** The answer to everybody who is not a user. The same for all, byte by byte: it must not tell which names exist. */
export const wrongPassword = (security: Headers): Answer =>
  refusal(
    401,
    'Unauthorized',
    { 'www-authenticate': { value: 'Basic realm="Sophos detections", charset="UTF-8"' } },
    security,
    `This dashboard is open to its users only. Reload the page to sign in.

Whoever runs it adds users with the command of the stack's output AddUser.
`,
  )

function refusal(
  statusCode: number,
  statusDescription: string,
  headers: Answer['headers'],
  security: Headers,
  data: string,
): Answer {
  headers['content-type'] = { value: 'text/plain; charset=utf-8' }
  headers['cache-control'] = { value: 'no-store' }
  Object.keys(security).forEach(name => {
    headers[name] = { value: security[name] || '' }
  })
  return { statusCode, statusDescription, headers, body: { encoding: 'text', data } }
}
