// What `npm run check` holds the documents to: markdownlint's own rules, the links to other files and their headings, and the
// two below, for what a merge leaves behind and no published rule finds.
import relativeLinks from 'markdownlint-rule-relative-links'

/** A line that git leaves where two versions met. */
const conflictMarkers = {
  names: ['no-conflict-markers'],
  description: 'Conflicts of a merge should be resolved',
  tags: ['merge'],
  parser: 'none',
  function({ lines }, onError) {
    for (const [at, line] of lines.entries()) {
      if (/^(<{7}|={7}|>{7}|\|{7})( |$)/.test(line)) onError({ lineNumber: at + 1, context: line })
    }
  },
}

/** Rows that no reader sees as a table, because their head is missing, and rows that stand twice. */
const strayRows = {
  names: ['no-stray-table-rows'],
  description: 'Rows of a table should stand in it, and once',
  tags: ['merge', 'table'],
  parser: 'markdownit',
  function({ lines, parsers }, onError) {
    const seen = new Set()
    let isHead = false
    for (const { type, map, content } of parsers.markdownit.tokens) {
      if (type === 'thead_open') isHead = true
      if (type === 'thead_close') isHead = false
      // What is no table is a paragraph to the parser.
      if (type === 'inline' && map && /^ *\|/m.test(content)) {
        onError({ lineNumber: map[0] + 1, detail: 'a row without a head', context: content.split('\n')[0] })
      }
      if (type === 'tr_open' && map && !isHead) {
        const row = lines[map[0]].trim()
        const detail = /^\|( *:?-+:? *\|)+$/.test(row)
          ? 'a second head'
          : seen.has(row) && 'a row that stands twice'
        if (detail) onError({ lineNumber: map[0] + 1, detail, context: row })
        seen.add(row)
      }
    }
  },
}

export default {
  globs: ['**/*.md'],
  gitignore: true,
  // Written by `npm run bench`.
  ignores: ['test/bench/README.md', '.github/pull_request_template.md'],
  noBanner: true,
  noProgress: true,
  customRules: [relativeLinks, conflictMarkers, strayRows],
  config: {
    default: true,
    // As wide as the code, but for what cannot be broken.
    MD013: { line_length: 120, tables: false, code_blocks: false },
    // A changelog has "Added" in every version.
    MD024: { siblings_only: true },
    MD003: { style: 'atx' },
    MD055: { style: 'leading_and_trailing' },
  },
}
