import { notAllowed } from './setting-error.ts'

/** A custom domain name for the page, and its certificate. */
export type Domain = { readonly name: string; readonly certificateArn: string }

const example =
  '-c domainName=detections.example.com -c certificateArn=arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab'

/** Parses both settings, or returns undefined if neither is set. @throws SettingError */
export function parseDomain(name: unknown, certificateArn: unknown): Domain | undefined {
  if (name === undefined && certificateArn === undefined) return undefined
  if (name === undefined)
    throw notAllowed('domainName', null, 'the host name that the certificate covers', example)
  if (
    !/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(
      String(name),
    )
  )
    throw notAllowed('domainName', name, 'a host name in lower case, without https:// or path', example)
  // CloudFront uses certificates from this region only, in whatever region the stack is.
  if (!/^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/.test(String(certificateArn)))
    throw notAllowed(
      'certificateArn',
      certificateArn ?? null,
      'the ARN of an AWS Certificate Manager certificate in us-east-1, together with domainName',
      example,
    )
  return { name: String(name), certificateArn: String(certificateArn) }
}
