import { defineConfig } from 'vitest/config'

// Loading aws-cdk-lib and synthesizing take seconds. These tests do not affect each other, so they share the modules.
const stackTests = ['test/cdk/**/*.test.ts']

export default defineConfig({
  test: {
    // For two cores: the browser and the built bundle each use one.
    maxWorkers: 2,
    // For a hang, not for slowness: a busy machine takes several times as long, and speed is measured by `npm run bench`.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: [
      { extends: true, test: { name: 'stack', include: stackTests, isolate: false } },
      { extends: true, test: { name: 'rest', include: ['test/**/*.test.ts'], exclude: stackTests } },
    ],
  },
})
