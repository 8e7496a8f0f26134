import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Many accounts, the same for the same seed: 3 of 4 with overrides, 1 of 8 with a prompt of their own. */
export interface Corpus {
  readonly accounts: number
  readonly seed?: number
}

/** How many accounts lie in one folder. */
const FOLDER = 1000

/** The account files of a corpus, by path below the configuration's folder, one after another. */
export function* accountFiles({ accounts, seed = 42 }: Corpus): Generator<readonly [path: string, text: string]> {
  const random = randomFrom(seed)
  for (let i = 0; i < accounts; i++) yield [pathOf(i), accountFile(i, random)]
}

/** Writes global files, such as `BASE`, and a corpus into `FOLDER/config`. Needs no test runner: a script may use it. */
export function writeCorpus(folder: string, corpus: Corpus, globals: Readonly<Record<string, string>>): void {
  const config = join(folder, 'config')
  const made = new Set<string>()
  for (const [path, text] of [...Object.entries(globals), ...accountFiles(corpus)]) {
    const file = join(config, path)
    const parent = dirname(file)
    if (!made.has(parent)) mkdirSync(parent, { recursive: true })
    made.add(parent)
    writeFileSync(file, text)
  }
}

export function idOf(i: number): string {
  return `tenant-${String(i).padStart(7, '0')}`
}

export function pathOf(i: number): string {
  return `accounts/${String(Math.floor(i / FOLDER)).padStart(4, '0')}/${idOf(i)}.yaml`
}

function accountFile(i: number, random: Random): string {
  const overrides = random.below(4) > 0
  const prompt = random.below(8) === 0
  const plan =
    overrides || prompt ? random.of(['starter', 'growth', 'scale']) : random.of(['free', 'starter', 'growth', 'scale'])
  const lines = [`id: ${idOf(i)}`, `plan: ${plan}`, `name: Tenant ${i}`]
  if (overrides) {
    lines.push('overrides:', '  openai:', `    temperature: 0.${random.below(9) + 1}`)
    if (random.below(2) === 0) lines.push(`    model: ${random.of(['gpt-4', 'gpt-4o', 'gpt-4o-mini'])}`)
    if (random.below(2) === 0) lines.push(`    max_tokens: ${1000 + random.below(7000)}`)
    if (random.below(3) === 0) lines.push(`  image: { max_in_article: ${random.below(11)} }`)
  }
  if (prompt) {
    lines.push(
      'prompts:',
      '  clustering:',
      '    customized: true',
      '    value: |',
      `      Cluster for tenant ${random.below(500)}: [IGNY8_KEYWORDS]`,
    )
    lines.push('    default: |', '      Group these keywords: [IGNY8_KEYWORDS]')
  }
  return `${lines.join('\n')}\n`
}

export interface Random {
  /** From 0 up to, not including, a number. */
  below(end: number): number
  of<T>(items: readonly T[]): T
}

/** mulberry32: small, and the same on every machine. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (end: number): number => Math.floor(next() * end)
  return {
    below,
    of: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError('there is nothing to choose from')
      return item
    },
  }
}
