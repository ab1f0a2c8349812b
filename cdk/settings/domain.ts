import { notAllowed } from './setting-error.ts'

/** A name of one's own for the page, and the certificate with which CloudFront answers for it. */
export type Domain = { readonly name: string; readonly certificateArn: string }

const example =
  '-c domainName=detections.example.com -c certificateArn=arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab'

/** Both or none. @throws SettingError */
export function parseDomain(name: unknown, certificateArn: unknown): Domain | undefined {
  if (name === undefined && certificateArn === undefined) return undefined
  if (name === undefined)
    throw notAllowed('domainName', null, 'the name that the certificate is for', example)
  if (
    !/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(
      String(name),
    )
  )
    throw notAllowed('domainName', name, 'a host name in small letters, without https:// and path', example)
  // CloudFront reads certificates in this one region only, wherever the stack is.
  if (!/^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/.test(String(certificateArn)))
    throw notAllowed(
      'certificateArn',
      certificateArn ?? null,
      'the ARN of a certificate of AWS Certificate Manager in us-east-1, together with domainName',
      example,
    )
  return { name: String(name), certificateArn: String(certificateArn) }
}
