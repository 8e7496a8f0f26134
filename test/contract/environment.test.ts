import { expect, test } from 'vitest'
import { writeConfig } from '../support/config.ts'
import { tenfold } from '../support/run.ts'

test('--env names the environment of one release: the next one, and the root, know nothing of it', async () => {
  const folder = writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: growth\n' })
  const release = async (...flags: string[]): Promise<{ environment: string; root: string; seq: number }> => {
    const { code, stdout } = await tenfold(['release', '--format', 'json', ...flags], folder)
    expect(code).toBe(0)
    return JSON.parse(stdout)
  }
  const staging = await release('--env', 'staging')
  const production = await release()
  expect([staging.environment, production.environment]).toEqual(['staging', 'production'])
  expect(production.root).toBe(staging.root)
  expect([staging.seq, production.seq]).toEqual([1, 2])
})
