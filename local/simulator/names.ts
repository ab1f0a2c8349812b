import { pick } from './hash.ts'

/** Names that show whether letters, quotes and commas survive from end to end. The first tenants get them. */
const remarkable = [
  'Bäckerei Müßiggang & Söhne GmbH',
  '北海道精密機械株式会社',
  'شركة النخيل للتجارة',
  'Hargreaves, Pike & Sons LLP',
  'Gasthof "Zum goldenen Lamm" KG',
  'Žluťoučký kůň s.r.o.',
  'Ærø Skibsværft A/S',
  "O'Rourke's Dairy Ltd",
  'Компания «Северный ветер»',
  'Crêperie Œuf & Noël SARL',
  'Ελαιουργείο Μεσσηνίας Α.Ε.',
  '한빛전자 주식회사',
  'Açaí do Brasil Comércio Ltda',
  'מאפיית הגליל בע״מ',
  'Țiglă și Cărămidă S.R.L.',
  '3 Rivers Credit Union',
] as const

type Parts = readonly [string, ...string[]]

/** The parts of a company's name, by the country of its data. */
const parts: Record<string, { readonly who: Parts; readonly what: Parts; readonly legal: Parts }> = {
  US: {
    who: [
      'Cedar Ridge',
      'Blue Harbor',
      'Kowalski',
      'Pinecrest',
      'Delgado',
      'Ironwood',
      'Lakeshore',
      'Whitaker',
      'Summit',
      'Okafor',
    ],
    what: [
      'Dental Group',
      'Logistics',
      'School District',
      'Manufacturing',
      'Law Offices',
      'Clinics',
      'Farm Supply',
      'Title Company',
    ],
    legal: ['Inc.', 'LLC', 'Corp.', 'PLLC'],
  },
  IE: {
    who: [
      'Brannigan',
      'Ashdown',
      'Fenwick',
      'Thistle',
      'Van der Meer',
      'Lindqvist',
      'Moreau',
      'Castellano',
      'Harrowgate',
      'Kilbride',
    ],
    what: [
      'Transport',
      'Veterinary Practice',
      'Housing Association',
      'Architects',
      'Foods',
      'Textiles',
      'Insurance Brokers',
      'Marine',
    ],
    legal: ['Ltd', 'plc', 'B.V.', 'AB', 'SAS', 'S.p.A.'],
  },
  DE: {
    who: [
      'Hofstetter',
      'Grünwald',
      'Lüdemann',
      'Öztürk',
      'Schäfer',
      'Weißenborn',
      'Königsberger',
      'Brühl',
      'Falkenhagen',
      'Zöllner',
    ],
    what: [
      'Maschinenbau',
      'Steuerberatung',
      'Spedition',
      'Elektrotechnik',
      'Pflegedienste',
      'Druckerei',
      'Stadtwerke',
      'Gartenbau',
    ],
    legal: ['GmbH', 'AG', 'GmbH & Co. KG', 'e.G.', 'OHG'],
  },
  CA: {
    who: ['Tremblay', 'Maple Creek', 'Gagné', 'Northern Spruce', 'Beaulieu', 'Saskatoon'],
    what: ['Pharmacies', 'Forestry', 'Accounting', 'Hockey Supplies', 'Construction'],
    legal: ['Inc.', 'Ltée', 'Ltd.'],
  },
  AU: {
    who: ['Coolabah', 'Southern Cross', 'Nguyen', 'Murray River', 'Wattle Grove', 'Bondi'],
    what: ['Medical Centre', 'Grain Growers', 'Surf Schools', 'Mining Services', 'Legal'],
    legal: ['Pty Ltd', 'Ltd'],
  },
  JP: {
    who: ['東海', '桜井', '富士見', '大和田', '瀬戸内', '山崎'],
    what: ['製作所', '商事', '運輸', '食品', '設計事務所'],
    legal: ['株式会社', '有限会社', '合同会社'],
  },
  IN: {
    who: ['Chandrasekhar', 'Malabar', 'Deccan', 'Banerjee', 'Ganga', 'Sharma & Iyer'],
    what: ['Textile Mills', 'Spices', 'Hospitals', 'Auto Components', 'Software Services'],
    legal: ['Pvt. Ltd.', 'Ltd.', 'LLP'],
  },
  BR: {
    who: ['São Bento', 'Ipanema', 'Gonçalves', 'Araçatuba', 'Boa Esperança', 'Magalhães'],
    what: ['Construções', 'Alimentos', 'Laticínios', 'Advocacia', 'Transportes'],
    legal: ['Ltda', 'S.A.', 'ME'],
  },
}

/** Returns a plausible company name. Every third of the first tenants gets a remarkable one. All names are invented. */
export function companyName(geography: string, index: number, key: number): string {
  const given = index % 3 === 1 ? remarkable[Math.floor(index / 3)] : undefined
  if (given !== undefined) return given
  const { who, what, legal } = parts[geography] ?? { who: ['Acorn'], what: ['Trading'], legal: ['Ltd'] }
  return `${pick(who, key, 1)} ${pick(what, key, 2)} ${pick(legal, key, 3)}`
}
