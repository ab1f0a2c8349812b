import { readFileSync } from 'node:fs'
import { Function as EdgeFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'

const source = readFileSync(new URL('edge/access.js', import.meta.url), 'utf8')

/** Answers 403 to every viewer from outside of `ranges`; without any range, to every viewer. */
export class AccessFunction extends EdgeFunction {
  constructor(scope: Construct, id: string, ranges: readonly string[]) {
    super(scope, id, {
      comment: 'Lets viewers from the address ranges of the setting "access" pass',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(`const RANGES = ${JSON.stringify(ranges)}\n${source}`),
    })
  }
}
