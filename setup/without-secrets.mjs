// For programs that need none of the credentials which the commands take from the environment: installs and bundlers run the
// code of others. Plain JavaScript, because setup.mjs runs before our Node is installed.

/** Returns the environment without the variables of Sophos and AWS. */
export const withoutSecrets = environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(SOPHOS|AWS)_/i.test(name)))
