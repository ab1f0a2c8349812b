import { defineConfig } from 'vite'

/** Builds the page to plain files with relative addresses: any web server can serve them, from any folder. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: '../dist/site',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    // The page is served under a Content-Security-Policy that allows files of its own origin and no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
})
