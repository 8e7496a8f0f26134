import { ROOT_TYPE, writeRootDocument } from '../../src/trust/root-document.ts'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { seal } from '../../src/trust/seal-keys.ts'
import { canonical } from '../../src/store/format/canonical-json.ts'
import { Encrypter } from 'age-encryption'
import { type Case, bad, good, model, series, storeOf } from './cases.ts'
import {
  FIRST,
  RELEASE,
  ROOT,
  type VectorStore,
  keyOf,
  nextRoot,
  roleOf,
  rootWith,
  signaturesOver,
} from './publisher.ts'

const NEW_RELEASE = keyOf('the next release key')
const NEW_ROOT = keyOf('the next root key')
const STRANGER = keyOf('a stranger')
const SECOND = nextRoot(FIRST, { root: roleOf([ROOT, NEW_ROOT], 1) }, [ROOT, NEW_ROOT])
const THIRD = nextRoot(SECOND, { release: roleOf([NEW_RELEASE], 1) }, [ROOT, NEW_ROOT])
const FOREIGN = rootWith({ root: roleOf([STRANGER], 1) }, [STRANGER])

/** A document that is written as it is, whatever is wrong with it. */
function written(change: (text: string) => string): string {
  const text = writeRootDocument(FIRST)
  const changed = change(text)
  if (changed === text) throw new Error('nothing was changed')
  return changed
}

/** The same, signed by its root key again: a reader that looks at signatures alone takes it. */
function resigned(change: (text: string) => string): string {
  const { signed }: { signed: unknown } = JSON.parse(written(change))
  const signatures = signaturesOver(ROOT_TYPE, Buffer.from(canonical(signed), 'utf8'), [ROOT])
  return `${JSON.stringify({ previous: [], signatures, signed }, null, 2)}\n`
}

function underText(text: string): (s: VectorStore) => Record<string, unknown> {
  return (s) => ({ ...s.release(), trust: s.text(text) })
}

/** Trust documents that no reader begins with. */
const initial = (name: string, about: string, trust: string): Case => ({
  name: `trust-${name}_fail`,
  about,
  trust,
  initError: 'invalid_trust',
  steps: [],
})

const x = RELEASE.public.x
const SMALL = [
  ['0', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['1', 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['1-signed', Buffer.from(`01${'00'.repeat(30)}80`, 'hex').toString('base64url')],
  ['minus-1', Buffer.from(`ec${'ff'.repeat(30)}7f`, 'hex').toString('base64url')],
  [
    'order-8',
    Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex').toString('base64url'),
  ],
  [
    'order-8-signed',
    Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85', 'hex').toString('base64url'),
  ],
  [
    'order-8-other',
    Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex').toString('base64url'),
  ],
] as const

export const TRUST_CASES: readonly Case[] = [
  good(
    'root-followed',
    'a reader with an old root follows to the one that a release names',
    (s) => {
      return { release: s.release({}, THIRD), forgery: { core: [NEW_RELEASE], by: [NEW_RELEASE] } }
    },
    { trust: FIRST },
  ),
  good(
    'root-newer-than-the-release',
    'a reader may have a newer root than the release names, of the same release keys',
    (s) => s.release({}, FIRST),
    {
      trust: SECOND,
    },
  ),
  series(
    'root-remembered',
    'a root that was followed stays: the next release may name it, and an epoch begins at 1 again',
    [
      { store: storeOf({ seq: 7 }), answers: [model('acme')] },
      {
        store: storeOf({ seq: 1, commit: 'c2' }, {}, { core: [NEW_RELEASE], by: [NEW_RELEASE] }, THIRD),
        answers: [model('acme')],
      },
    ],
  ),
  bad('root-foreign', 'a root that does not follow from ours is refused', 'root_refused', (s) =>
    s.release({}, FOREIGN),
  ),
  bad('root-skipped', 'each version is signed by the one before', 'root_refused', (s) => {
    const { previous: _, ...last } = THIRD
    return {
      release: s.release({}, { ...last, previous: [FIRST] }),
      forgery: { core: [NEW_RELEASE], by: [NEW_RELEASE] },
    }
  }),
  bad('root-by-nobody-before', 'the keys of the version before sign the next one', 'root_refused', (s) => {
    const forged = nextRoot(rootWith({ root: roleOf([NEW_ROOT], 1) }, [NEW_ROOT]), {}, [NEW_ROOT])
    return s.release({}, { ...forged, previous: [FIRST] })
  }),
  bad('root-by-itself-not', 'a version is signed by its own keys, too', 'root_refused', (s) => {
    const { signed } = nextRoot(FIRST, { root: roleOf([NEW_ROOT], 1) }, [ROOT, NEW_ROOT])
    const { signatures } = nextRoot(FIRST, { root: roleOf([NEW_ROOT], 1) }, [ROOT, NEW_ROOT])
    const own = signatures.filter(({ keyid }) => keyid === ROOT.public.keyid)
    const { previous: _, ...first } = FIRST
    return s.release({}, { signed, signatures: own, previous: [first] })
  }),
  bad('root-version-skipped', 'versions count up by one', 'root_refused', (s) => {
    const { previous, ...last } = SECOND
    return s.release({}, { ...last, signed: { ...last.signed, version: 3 }, previous })
  }),
  bad('root-other-past', 'the past versions are the same ones', 'root_refused', (s) => {
    const { previous: _, ...last } = SECOND
    const { previous: _none, ...foreign } = FOREIGN
    return s.release({}, { ...last, previous: [foreign] })
  }),
  bad('root-null', 'under a root, a release names one', 'root_refused', (s) => ({ ...s.release(), trust: null })),
  bad(
    'root-form',
    'a root document has one form: indented by two spaces',
    'store_damaged',
    underText(written((text) => text.replaceAll('  ', '    '))),
  ),
  bad(
    'root-no-line-feed',
    'a root document ends with a line feed',
    'store_damaged',
    underText(written((text) => text.trimEnd())),
  ),
  bad(
    'root-unknown-member',
    'a root document has no other member',
    'store_damaged',
    underText(written((text) => text.replace('{\n', '{\n  "a": 1,\n'))),
  ),
  bad(
    'root-too-long',
    'a root document has 256 KiB at most',
    'store_damaged',
    underText(`${writeRootDocument(FIRST)}${' '.repeat(262_144)}`),
  ),
  bad(
    'root-secret-of-two',
    'a secret belongs to one provider',
    'store_damaged',
    underText(written((text) => text.replace('"ANTHROPIC_API_KEY"', '"OPENAI_API_KEY"'))),
  ),
  bad(
    'root-secret-name',
    'a secret is named like OPENAI_API_KEY',
    'store_damaged',
    underText(written((text) => text.replace('"ANTHROPIC_API_KEY"', '"PATH"'))),
  ),
  bad(
    'root-secret-name-line-feed',
    'a pattern matches the whole name',
    'store_damaged',
    underText(written((text) => text.replace('"ANTHROPIC_API_KEY"', '"ANTHROPIC_API_KEY\\n"'))),
  ),
  bad(
    'epoch-before',
    'a release of keys that the root replaced is refused, whoever has signed it',
    'rollback_refused',
    (s) => {
      return {
        release: s.release({ seq: 99 }, SECOND),
        forgery: { core: [RELEASE, NEW_RELEASE], by: [RELEASE, NEW_RELEASE] },
      }
    },
    { trust: THIRD },
  ),
  series('epoch-back', 'a lower epoch is refused, however high its seq', [
    { store: storeOf({ seq: 1 }, {}, { core: [NEW_RELEASE], by: [NEW_RELEASE] }, THIRD) },
    { store: storeOf({ seq: 99 }), error: 'signature_invalid' },
  ]),
  ...SMALL.map(([name, key]) =>
    initial(
      `small-order-${name}`,
      'a key of small order, under which anybody could sign, is refused',
      resigned((text) => text.replace(x, key)),
    ),
  ),
  initial(
    'key-beyond',
    'a key is a number below 2^255 - 19',
    resigned((text) => text.replace(x, Buffer.from(`ee${'ff'.repeat(30)}7f`, 'hex').toString('base64url'))),
  ),
  initial(
    'key-padded',
    'a key is in base64url without padding',
    resigned((text) => text.replace(x, `${x}=`)),
  ),
  initial(
    'key-short',
    'a key has 32 bytes',
    resigned((text) => text.replace(x, x.slice(0, 40))),
  ),
  initial(
    'threshold-0',
    'a threshold is 1 at least',
    resigned((text) => text.replaceAll('"threshold": 1', '"threshold": 0')),
  ),
  initial(
    'threshold-more',
    'a threshold is no more than the keys',
    resigned((text) => text.replaceAll('"threshold": 1', '"threshold": 2')),
  ),
  initial(
    'threshold-true',
    'true is no threshold',
    resigned((text) => text.replaceAll('"threshold": 1', '"threshold": true')),
  ),
  initial(
    'key-twice',
    'a role has each key once',
    resigned((text) => text.replace(`"${x}"`, `"${x}",\n        "${x}"`)),
  ),
  initial('unsigned', 'the first root is signed by its own keys', writeRootDocument({ ...FIRST, signatures: [] })),
  initial(
    'format',
    'a root is of format 1',
    resigned((text) => text.replace('"format": 1', '"format": 2')),
  ),
  initial('not-json', 'a root is JSON', '{'),
]

/** Vectors with sealed keys: age has randomness of its own, so that they are made anew only when they are not there. */
export async function sealedCases(): Promise<readonly Case[]> {
  const [identity, other] = [await generateIdentity(), await generateIdentity()]
  const to = [await identityToRecipient(identity)]
  const KEYS = new Map([
    ['OPENAI_API_KEY', 'sk-openai-Zk3vQ9wLr7Tn5Xb1Yc8M'],
    ['ANTHROPIC_API_KEY', 'sk-ant-Zk3vQ9wLr7Tn5Xb1Yc8M'],
  ])
  const key = { question: { ask: 'key', function: 'generate_content', account: 'acme' } }
  const image = { question: { ask: 'key', function: 'generate_images', account: 'acme' } }
  const sealed = async (name: string, about: string, bytes: Uint8Array, who = identity): Promise<Case> =>
    bad(name, about, 'unseal_failed', (s) => s.release({ secrets: s.bytes(bytes) }), { identity: who })
  const encrypted = async (text: string): Promise<Uint8Array> => {
    const encrypter = new Encrypter()
    for (const recipient of to) encrypter.addRecipient(recipient)
    return encrypter.encrypt(text)
  }
  const all = { environment: 'production', format: 1, keys: Object.fromEntries(KEYS), set: [...KEYS.keys()].sort() }
  const ours = await seal(KEYS, 'production', to)
  return [
    good(
      'sealed',
      'keys are opened with an identity; one that is not there is missing when it is read',
      (s) => s.release({ secrets: s.bytes(ours) }),
      {
        identity,
        answers: [key, image, { question: { ask: 'missing_keys' } }],
      },
    ),
    good('sealed-nothing', 'a release without sealed keys has none', (s) => s.release(), { identity, answers: [key] }),
    await sealed('sealed-to-another', 'keys that were sealed to others do not open', ours, other),
    await sealed('sealed-for-staging', 'keys of another environment are refused', await seal(KEYS, 'staging', to)),
    await sealed('sealed-cut', 'ciphertext that is cut does not open', ours.subarray(0, ours.length - 1)),
    await sealed(
      'sealed-set',
      'the set names exactly the keys',
      await encrypted(canonical({ ...all, set: ['OPENAI_API_KEY'] })),
    ),
    await sealed(
      'sealed-set-order',
      'the set is sorted',
      await encrypted(canonical({ ...all, set: [...all.set].reverse() })),
    ),
    await sealed(
      'sealed-set-twice',
      'the set names each key once',
      await encrypted(canonical({ ...all, set: ['OPENAI_API_KEY', 'OPENAI_API_KEY'] })),
    ),
    await sealed('sealed-format', 'sealed keys are of format 1', await encrypted(canonical({ ...all, format: 2 }))),
    await sealed(
      'sealed-no-text',
      'a key is a text',
      await encrypted(canonical({ ...all, keys: { ...all.keys, OPENAI_API_KEY: 1 } })),
    ),
  ]
}
