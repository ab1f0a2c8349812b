/** Answers GetSecretValue and PutSecretValue of Secrets Manager. `secrets`: text by name or by ARN. */
export function answerSecrets(
  secrets: Record<string, string>,
  target: string,
  body: string,
): { status: number; json: unknown } {
  if (target !== 'secretsmanager.GetSecretValue' && target !== 'secretsmanager.PutSecretValue')
    return failure('UnknownOperationException', `This stand-in does not support ${target}.`)
  const id = readText(body, 'SecretId')
  if (id === undefined) return failure('ValidationException', 'SecretId is missing.')
  const name = Object.keys(secrets).find(known => known === id || arnOf(known) === id)
  const value = name === undefined ? undefined : secrets[name]
  if (name === undefined || value === undefined)
    return failure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  if (target === 'secretsmanager.PutSecretValue') {
    const text = readText(body, 'SecretString')
    if (text === undefined) return failure('InvalidRequestException', 'You must provide a SecretString.')
    secrets[name] = text
    return { status: 200, json: { ARN: arnOf(name), Name: name, VersionStages: ['AWSCURRENT'] } }
  }
  return {
    status: 200,
    json: {
      ARN: arnOf(name),
      Name: name.startsWith('arn:')
        ? name
            .split(':')
            .slice(6)
            .join(':')
            .replace(/-\w{6}$/, '')
        : name,
      VersionId: '00000000-0000-4000-8000-000000000001',
      SecretString: value,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: 1_767_225_600,
    },
  }
}

/** Returns an ARN like those of Secrets Manager: the name, a hyphen and six more letters. */
function arnOf(name: string): string {
  return name.startsWith('arn:')
    ? name
    : `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-Local0`
}

function readText(body: string, field: 'SecretId' | 'SecretString'): string | undefined {
  try {
    const request: unknown = JSON.parse(body)
    const fields: Readonly<Record<string, unknown>> = { ...(typeof request === 'object' && request) }
    const value = fields[field]
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

function failure(type: string, message: string): { status: number; json: unknown } {
  return { status: 400, json: { __type: type, Message: message } }
}
