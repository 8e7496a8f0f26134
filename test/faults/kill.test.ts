import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Settings, openSettings } from '../../src/sdk/index.ts'
import { BASE, temporaryFolder, writeConfig } from '../support/config.ts'
import { runs } from '../properties/seed.ts'
import { killed } from '../support/killed.ts'
import { tenfold } from '../support/run.ts'
import { trustFolder } from '../support/trust.ts'

const KILLS = runs(100).numRuns
const ACCOUNTS = 10

/** A configuration that says one number in twelve places. */
function write(folder: string, n: number): void {
  const accounts = Array.from({ length: ACCOUNTS }, (_, i): [string, string] => {
    return [`accounts/a${i}.yaml`, `id: a${i}\nplan: growth\noverrides: { openai: { max_tokens: ${n} } }\n`]
  })
  trustFolder(
    writeConfig(
      {
        ...Object.fromEntries(accounts),
        'settings.yaml': (BASE['settings.yaml'] ?? '').replaceAll('max_tokens: 8192', `max_tokens: ${n}`),
        'prompts/clustering.yaml': `title: Clustering\nplaceholders: none\nvalue: "${n}"\n`,
      },
      folder,
    ),
  )
}

/** Everything that one release says, or an error: a service would see it. */
function numbersIn(settings: Settings): number[] {
  const at = settings.snapshot()
  const ids = Array.from({ length: ACCOUNTS }, (_, i) => `a${i}`)
  return [
    Number(at.getEffectivePrompt('nobody', 'clustering').promptValue),
    ...['nobody', ...ids].map((id) => at.getModelConfig('generate_content', id).maxTokens ?? Number.NaN),
  ]
}

test.skipIf(process.platform === 'win32')(
  `a service that reads while ${KILLS} kills hit publishers always sees one whole release`,
  async () => {
    const store = join(temporaryFolder(), 'store')
    const folders = [0, 1, 2].map(() => temporaryFolder())
    let n = 1
    const first = folders[0] ?? ''
    write(first, n)
    expect(await tenfold(['release', '--to', `file:${store}`], first)).toMatchObject({ code: 0 })

    const keys = { from: 'env', env: {} } as const
    const settings = await openSettings({
      store: `file:${store}`,
      trust: join(first, 'config', 'trust', 'root.json'),
      refresh: { everyMs: 5 },
      keys,
    })
    const errors: unknown[] = []
    settings.on('error', (error) => errors.push(error))
    const seen = new Set<number>()
    let seq = 0
    const look = (): void => {
      const numbers = numbersIn(settings)
      if (new Set(numbers).size !== 1) errors.push(`the places of one release disagree: ${numbers.join(', ')}`)
      if (settings.status.seq < seq) errors.push(`seq went back from ${seq} to ${settings.status.seq}`)
      seq = settings.status.seq
      for (const number of numbers) seen.add(number)
    }
    const looking = setInterval(look, 3)

    let tries = 0
    let kills = 0
    const publishing = folders.map(async (folder) => {
      while (kills < KILLS) {
        write(folder, ++n)
        const ran = await killed(['release', '--to', `file:${store}`], folder, { at: pointOf(tries++) })
        if (ran.code === null) kills++
        else expect(ran.code, ran.stderr).toBe(0)
        await settings.refresh()
        look()
      }
    })
    await Promise.all(publishing)
    clearInterval(looking)
    await settings.close()
    expect(errors).toEqual([])
    // Of those that were not killed each was seen, or one that came later.
    expect(seen.size).toBeGreaterThan(runs(3).numRuns)

    write(first, ++n)
    expect(await tenfold(['release', '--to', `file:${store}`], first)).toMatchObject({ code: 0 })
    expect(await tenfold(['verify', store], first)).toMatchObject({ code: 0, stderr: '' })
    const last = await openSettings({
      store: `file:${store}`,
      trust: join(first, 'config', 'trust', 'root.json'),
      refresh: { everyMs: 0 },
      keys,
    })
    expect(new Set(numbersIn(last))).toEqual(new Set([n]))
    await last.close()
  },
)

/**
 * Before which write a release is killed: mostly while it puts together what is new, now and then later, and at times
 * not at all. Every one of the first twenty comes up several times, between two that are far from it. One that is killed
 * under its lock holds up the others until that is stale.
 */
function pointOf(tries: number): number {
  if (tries % 15 === 14) return -1
  const round = Math.floor(tries / 20)
  return tries % 20 === 9 ? 20 + ((round * 7) % 30) : ((tries + round) * 7) % 20
}
