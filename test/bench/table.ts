/** A table in Markdown. */
export function table(titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [titles, titles.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
