import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Operation } from '../../src/draft/operation.ts'
import { type OperationOutcome, type Replayed, replay } from '../../src/draft/replay-operations.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { parse } from '../../src/source/parse/parse-file.ts'
import { place } from '../../src/source/file-layout.ts'
import type { SourceFile } from '../../src/source/source-nodes.ts'
import { type Files, writeConfig } from '../support/config.ts'
import { ROOT } from '../support/run.ts'

/** Replays operations on `BASE` with some files changed. */
export async function replayOn(files: Files, operations: readonly Operation[]): Promise<Replayed> {
  return replay(await openConfiguration(join(writeConfig(files), 'config')), operations)
}

export function outcomesOf({ outcomes }: Replayed): OperationOutcome['is'][] {
  return [...outcomes.values()].map(({ is }) => is)
}

/** This repository's own configuration, by path. */
export const OWN: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(join(ROOT, 'config'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => [path, readFileSync(join(ROOT, 'config', path), 'utf8')]),
)

export function parsed(path: string, text: string): SourceFile {
  const placed = place(path)
  if (placed.is !== 'yaml') throw new Error(`${path} is no file of a configuration`)
  return parse(path, placed.kind, Buffer.from(text))
}

/** The comments of a text, in their order. */
export function commentsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => /(?:^|\s)#.*$/.exec(line)?.[0].trim() ?? [])
}
