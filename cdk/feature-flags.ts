import recommended from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' }

/**
 * CDK's way of today in everything, as its release that package-lock.json names recommends it: an app that leaves flags open
 * gets the ways of years ago, and a line about it on every deploy. A new release can change the template by this; the
 * tests of the template and of the logical ids say whether it does.
 */
export const featureFlags: Readonly<Record<string, unknown>> = recommended
