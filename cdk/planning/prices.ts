/**
 * AWS list prices in US dollars, US East (N. Virginia), first tier, as of June 2026. Check the linked pages before
 * you rely on them. The free tier is not subtracted. Most other regions cost 10 to 25 % more.
 */
export const pricesOf = { region: 'US East (N. Virginia)', month: 'June 2026' }

export const prices = {
  /** https://aws.amazon.com/lambda/pricing/, arm64 */
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  /** https://aws.amazon.com/eventbridge/pricing/: invocations of the scheduler */
  schedulerInvocation: 1 / 1e6,
  /** https://aws.amazon.com/s3/pricing/: Standard. A list request costs as much as a write. */
  s3Write: 0.005 / 1_000,
  s3Read: 0.0004 / 1_000,
  s3GbMonth: 0.023,
  /** https://aws.amazon.com/secrets-manager/pricing/ */
  secretMonth: 0.4,
  secretRead: 0.05 / 10_000,
  /** https://aws.amazon.com/cloudwatch/pricing/: custom metrics, standard alarms, log ingestion */
  metricMonth: 0.3,
  alarmMonth: 0.1,
  logGb: 0.5,
  /**
   * https://aws.amazon.com/cloudfront/pricing/: HTTPS requests and transfer of price class 100, functions, key value
   * stores
   */
  cloudFrontRequest: 0.01 / 10_000,
  cloudFrontGb: 0.085,
  edgeFunctionCall: 0.1 / 1e6,
  keyValueRead: 0.03 / 1e6,
}
