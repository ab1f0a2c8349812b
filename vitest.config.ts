import { defineConfig } from 'vitest/config'

// Loading aws-cdk-lib and its first synthesis take seconds; these tests change nothing that another could see.
const sharingModules = ['test/cdk/**/*.test.ts']

export default defineConfig({
  test: {
    // Two cores: the browser and the built bundle each want one while they run.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'stack', include: sharingModules, isolate: false } },
      { extends: true, test: { name: 'rest', include: ['test/**/*.test.ts'], exclude: sharingModules } },
    ],
  },
})
