import type { Answer, Headers } from './runtime.ts'

/**
 * The answer to a viewer outside the ranges. `security`: the headers of every answer. CloudFront's documentation does
 * not say that it adds them to answers from a function.
 */
export const wrongAddress = (ip: string, security: Headers): Answer =>
  refusal(
    403,
    'Forbidden',
    {},
    security,
    `Your IP address is not allowed to open this dashboard.
Your address: ${ip}

Its administrator can add address ranges to the setting "access", in CIDR notation:

    npx cdk deploy -c access=password,203.0.113.0/24
`,
  )

/** The answer to every failed sign-in. It is always byte-identical, so it does not reveal which names exist. */
export const wrongPassword = (security: Headers): Answer =>
  refusal(
    401,
    'Unauthorized',
    { 'www-authenticate': { value: 'Basic realm="Sophos detections", charset="UTF-8"' } },
    security,
    `This dashboard is open to its users only. Reload the page to sign in.

Its administrator can add users with the command in the stack's output AddUser.
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
