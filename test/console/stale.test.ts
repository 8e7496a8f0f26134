import { cpSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BlamedLines } from '../../src/console/workspace/blamed-lines.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { temporaryFolder } from '../support/config.ts'
import { ROOT, commitAll } from '../support/run.ts'
import { openConsole } from './open-console.ts'

async function repository(): Promise<{ readonly folder: string; readonly config: string }> {
  const folder = temporaryFolder()
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  await commitAll(folder)
  return { folder, config: join(folder, 'config') }
}

test('a global file that is replaced by another of the same size and time is read again', async () => {
  const { config } = await repository()
  const { get } = await openConsole(config)
  const file = join(config, 'settings.yaml')
  expect((await get('/settings')).text).toContain('<td>0.7</td>')
  const { atime, mtime } = statSync(file)
  utimesSync(file, atime, mtime)
  await settle()
  await get('/settings')
  writeFileSync(file, readFileSync(file, 'utf8').replace('temperature: 0.7', 'temperature: 0.6'))
  utimesSync(file, atime, mtime)
  await settle()
  expect((await get('/settings')).text).toContain('<td>0.6</td>')
})

test('who wrote a line is told of every file, however many were asked about before', async () => {
  const { config } = await repository()
  const configuration = await openConfiguration(config)
  const blamed = new BlamedLines(2)
  const layerOf = (file: string) => ({ layer: 'provider', value: null, file, line: 1, column: 1 }) as const
  const files = ['settings.yaml', 'models.yaml', 'plans.yaml']
  await blamed.of(configuration, [layerOf('settings.yaml')])
  const authors = await blamed.of(configuration, files.map(layerOf))
  for (const file of files) expect([file, authors.get(file)?.has(1)]).toEqual([file, true])
})

/** What was looked at is what is there for a moment. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 250))
}
