import { join, resolve } from 'node:path'
import type { Command, Option } from 'commander'
import { BUILT_IN } from '../domain/built-in-vocabulary.ts'
import { PLANS } from '../domain/settings-types.ts'
import type { Vocabulary } from '../domain/vocabulary.ts'
import { readVocabulary } from '../check/read-vocabulary.ts'
import { openOrigin } from '../source/open-configuration.ts'
import { stemOf } from '../source/file-layout.ts'
import { parse } from '../source/parse/parse-file.ts'
import { readContent, readFolder } from '../source/list-folder.ts'
import { fieldsIn } from '../edit/parse-field.ts'
import { openRepository } from '../git/open-repository.ts'
import { formatsOf } from './commands/declare-command.ts'

/** A word that may come next, and its description. */
interface Candidate {
  readonly word: string
  readonly description?: string
}

/** What may be written next, or which kind of path: shells complete those themselves. */
export type Completion = readonly Candidate[] | 'files' | 'folders'

/**
 * Returns what may follow on a command line.
 *
 * @param words the words after the program's name; the last one is being typed, and may be empty
 */
export async function complete(program: Command, words: readonly string[]): Promise<Completion> {
  const current = words.at(-1) ?? ''
  const { command, waiting, config } = walk(program, words.slice(0, -1))
  if (waiting !== undefined) return startingWith(current, await valuesOf(command, waiting, config))
  const [, name, value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? []
  const given = name === undefined ? undefined : command.options.find(({ long }) => long === name)
  if (given !== undefined && value !== undefined) {
    const values = await valuesOf(command, given, config)
    return typeof values === 'string'
      ? values
      : startingWith(
          current,
          values.map(({ word }) => ({ word: `${name}=${word}` })),
        )
  }
  if (current.startsWith('-')) {
    const options = [...command.options, ...HELP]
    return startingWith(
      current,
      options.flatMap(({ long, description }) =>
        long === undefined || long === null ? [] : [{ word: long, description }],
      ),
    )
  }
  if (command.commands.length > 0) {
    const names = command.commands.filter((one) => !isHidden(one))
    return startingWith(
      current,
      names.map((one) => ({ word: one.name(), description: one.description() })),
    )
  }
  return startingWith(current, await positional(command, config))
}

const HELP = [{ long: '--help', description: 'display help for command' }]

function isHidden(command: Command): boolean {
  return command.name().startsWith('__')
}

interface Walked {
  readonly command: Command
  /** An option whose value comes next. */
  readonly waiting: Option | undefined
  readonly config: string
}

function walk(program: Command, words: readonly string[]): Walked {
  let command = program
  let waiting: Option | undefined
  let config = 'config'
  for (const word of words) {
    if (waiting !== undefined) {
      if (waiting.long === '--config') config = word
      waiting = undefined
      continue
    }
    if (word.startsWith('-')) {
      const option = command.options.find(({ long, short }) => long === word || short === word)
      waiting = option?.required === true ? option : undefined
      if (word.startsWith('--config=')) config = word.slice('--config='.length)
      continue
    }
    command = command.commands.find((one) => one.name() === word) ?? command
  }
  return { command, waiting, config }
}

function startingWith(start: string, all: Completion): Completion {
  return typeof all === 'string' ? all : all.filter(({ word }) => word.startsWith(start))
}

async function valuesOf(command: Command, { long, flags }: Option, config: string): Promise<Completion> {
  if (long === '--format') return formatsOf(command).map((word) => ({ word }))
  const [, what = ''] = /<([^>]+)>/.exec(flags) ?? []
  return valuesFor(what, config)
}

/** Returns every possible argument of a command: if some are accounts and the last is a plan, both. */
async function positional(command: Command, config: string): Promise<Completion> {
  const usage = command.usage().replace(/\[(?:options|command)\]/g, '')
  const names = [...usage.matchAll(/[<[]([\w|]+)/g)].map(([, name = '']) => name)
  const all = await Promise.all(names.map((name) => valuesFor(name, config)))
  const words = all.filter((one): one is readonly Candidate[] => typeof one !== 'string').flat()
  return words.length > 0 ? words : (all.find((one) => typeof one === 'string') ?? [])
}

/** Returns the vocabulary; the built-in one where that of the configuration cannot be read. */
async function vocabularyOf(config: string): Promise<Vocabulary> {
  try {
    return await readVocabulary(await openOrigin(config))
  } catch {
    return BUILT_IN
  }
}

/** Returns candidates by the names that arguments and values have in the help. */
async function valuesFor(name: string, config: string): Promise<Completion> {
  switch (name) {
    case 'account':
      return accounts(config)
    case 'function':
      return keysIn(config, 'functions.yaml', 'functions')
    case 'type':
      return named(config, 'prompts')
    case 'plan':
      return PLANS.map((word) => ({ word }))
    case 'field':
      return fieldsIn(await vocabularyOf(config)).map(({ name: word, type }) => ({ word, description: type }))
    case 'shell':
      return SHELLS.map((word) => ({ word }))
    case 'rev':
    case 'base':
    case 'head':
    case 'branch':
    case 'rev|dir':
      return revisions(config)
    case 'file':
    case 'tarball':
      return 'files'
    case 'dir':
    case 'store':
    case 'url':
    case 'target':
      return 'folders'
    default:
      return []
  }
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const

function accounts(config: string): Candidate[] {
  return quietly(() =>
    readFolder(config).files.flatMap(({ path, kind }) => (kind === 'account' ? [{ word: stemOf(path) }] : [])),
  )
}

function named(config: string, folder: string): Candidate[] {
  const isWanted = (path: string): boolean => path === folder
  return quietly(() =>
    readFolder(config, isWanted).files.flatMap(({ path }) =>
      path.startsWith(`${folder}/`) ? [{ word: stemOf(path) }] : [],
    ),
  )
}

function keysIn(config: string, file: string, section: string): Candidate[] {
  return quietly(() => {
    const content = readContent(join(config, file))
    const root = content === 'too-large' ? undefined : parse(file, 'functions', content).root
    const found = root?.is === 'map' ? root.entries.find(({ key }) => key === section)?.value : undefined
    return found?.is === 'map' ? found.entries.map(({ key }) => ({ word: key })) : []
  })
}

async function revisions(config: string): Promise<Candidate[]> {
  try {
    const repository = await openRepository(resolve(config))
    const listed =
      (await repository?.run([
        'for-each-ref',
        '--format=%(refname:short)',
        'refs/heads',
        'refs/remotes',
        'refs/tags',
      ])) ?? ''
    return ['HEAD', ...listed.split('\n').filter((name) => name !== '')].map((word) => ({ word }))
  } catch {
    return []
  }
}

/** Swallows errors, which must not show up while a command line is being typed. */
function quietly(list: () => Candidate[]): Candidate[] {
  try {
    return list()
  } catch {
    return []
  }
}
