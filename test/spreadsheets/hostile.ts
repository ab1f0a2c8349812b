import fc from 'fast-check'

/** What begins a formula in a spreadsheet: OWASP's list, and the same letters in full width. */
export const beginsFormula = /^\s*[=+\-@＝＋－＠]/

/** Names that are a formula where the cells are split at the comma, or at another separator. */
export const hostileNames = [
  '=HYPERLINK("http://evil.example","look")',
  '+1',
  '-1+cmd|" /C calc"!A0',
  '@SUM(A1)',
  '＝1+1',
  '＠SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  'Acme;=1+1;x',
  'Acme; =1+1',
  'Acme\t=1+1\tx',
  'Acme\n=1+1',
  'Acme,=1+1,x',
  'Acme|=1+1|x',
  'Acme;""=1+1;x',
  'Acme";=1+1;"x',
  '";=1+1',
  '","=1+1","',
  `x;'=1+1`,
  `''=1+1`,
  'Acme;\u200b=1+1',
  'Acme;\u202e=1+1',
  'Acme;\u00a0=1+1',
]

/** Names made of what separates cells, quotes them, begins a formula, or cannot be seen. */
export const hostileName = fc.oneof(
  fc.constantFrom(...hostileNames),
  fc.string({
    unit: fc.constantFrom(...'=+-@＝＋－＠\'";,|\t\r\n aB1\u00a0\u200b\ufeff\u202e\u0000<&'),
    maxLength: 12,
  }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
