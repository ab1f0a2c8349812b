export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Returns what a variable is set to, without the blanks around it. One that is empty or holds only blanks counts as not
 * set, in the function and in every command.
 */
export const variable = (environment: Environment, name: string): string | undefined =>
  environment[name]?.trim() || undefined
