import { Function as EdgeFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'
import type { Access } from '../settings/access.ts'
import { accessProgram } from './access-program.ts'
import type { Users } from './users.ts'

type Props = {
  readonly access: Exclude<Access, 'public'>
  readonly users: Users
}

/** Answers 401 or 403 to viewers that the setting `access` does not allow. */
export class AccessFunction extends EdgeFunction {
  constructor(scope: Construct, id: string, { access, users }: Props) {
    super(scope, id, {
      comment: 'Allows only the viewers in the setting "access"',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(accessProgram(access)),
      ...(access.password && { keyValueStore: users }),
    })
  }
}
