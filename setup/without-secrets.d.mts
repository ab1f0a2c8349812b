export function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv
