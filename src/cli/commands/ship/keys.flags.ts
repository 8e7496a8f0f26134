import { KEYS_FOLDER } from '../../version.ts'
import { type FlagsOf, defineCommand } from '../command-spec.ts'

/** The options of a change of the root, which is signed by the root keys: they are brought for it. */
const CEREMONY = {
  keys: { value: '<dir>', description: 'where private keys are read and written', default: KEYS_FOLDER },
} as const

export type CeremonyFlags = FlagsOf<{ readonly options: typeof CEREMONY }>

const FORMATS = ['pretty', 'json'] as const

export const keysInit = defineCommand({
  name: 'init',
  description: 'make the first root, and a key for every role',
  formats: FORMATS,
  arguments: [],
  options: {
    ...CEREMONY,
    rootKeys: { value: '<n>', description: 'how many offline keys', default: '1' },
    threshold: { value: '<n>', description: 'how many of them sign a root together (default: all)' },
    env: { value: '<name>', description: 'the environment of the recipients, instead of the one in tenfold.yaml' },
  },
})

export const keysRotate = defineCommand({
  name: 'rotate',
  description: 'replace the keys of a role, or the identity of a recipient',
  formats: FORMATS,
  arguments: [['<what>', 'root, release, refresh, or a recipient’s name']],
  options: { ...CEREMONY, env: { value: '<name>', description: 'the recipient’s environment' } },
})

export const keysRecipient = defineCommand({
  name: 'recipient',
  description: 'add somebody whom keys are sealed to, or take them away',
  formats: FORMATS,
  arguments: [
    ['<name>', 'such as next-runtime'],
    ['[recipient]', 'age1…; without it an identity is made'],
  ],
  options: {
    ...CEREMONY,
    remove: { description: 'take it away' },
    env: { value: '<name>', description: 'the environment, instead of the one in tenfold.yaml' },
  },
})

export const keysSecret = defineCommand({
  name: 'secret',
  description: 'let a provider use a secret, or no longer',
  formats: FORMATS,
  arguments: [
    ['<provider>', 'its name in settings.yaml'],
    ['<name>', 'such as OPENAI_API_KEY'],
  ],
  options: { ...CEREMONY, remove: { description: 'no longer' } },
})

export const keysShow = defineCommand({
  name: 'show',
  description: 'the root in force and its digest',
  formats: FORMATS,
  arguments: [],
  options: {},
})
