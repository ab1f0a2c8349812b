export function explainWriteFailure(error: unknown, folder: string): string | undefined
