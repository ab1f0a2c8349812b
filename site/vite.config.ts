import { defineConfig } from 'vite'

type ModuleGraph = {
  getModuleInfo: (id: string) => { isEntry: boolean; importers: readonly string[] } | null
}

/**
 * Returns whether the first table needs the module: main.tsx imports it, directly or through others, and not by
 * `import()`. A module already asked in a cycle counts as no.
 */
function isInitial(id: string, graph: ModuleGraph, asked = new Set<string>()): boolean {
  asked.add(id)
  const module = graph.getModuleInfo(id)
  if (!module) return false
  return (
    module.isEntry ||
    module.importers.some(importer => !asked.has(importer) && isInitial(importer, graph, asked))
  )
}

/** Builds the page to plain files with relative addresses: any web server can serve them from any folder. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: '../dist/site',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    // The page's Content-Security-Policy allows files of its own origin and no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Everything for the first table in one file: one request, and better compression than fourteen files.
          groups: [
            { debugName: 'first table', name: (id, graph) => (isInitial(id, graph) ? 'index' : null) },
          ],
        },
      },
    },
  },
})
