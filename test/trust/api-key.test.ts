import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { flawOf, flawOfSealed } from '../../src/trust/api-key-flaws.ts'

const KEY = 'sk-proj-Zk3vQ9wLr7Tn5Xb1Yc8MHd6Jp2Ws4Ge9Uf0Ri7N'

describe('what is no key', () => {
  test.each([
    [
      'quote',
      [
        `"${KEY}"`,
        `'${KEY}'`,
        `\`${KEY}\``,
        `“${KEY}”`,
        `‘${KEY}’`,
        `„${KEY}“`,
        `«${KEY}»`,
        `${KEY}"`,
        ` "${KEY}"`,
        `"${KEY}`,
        `%22${KEY}%22`,
        `%27${KEY}%27`,
        `&quot;${KEY}&quot;`,
        `&#34;${KEY}&#34;`,
        `&apos;${KEY}&apos;`,
        `\\"${KEY}\\"`,
        `${KEY}%22`,
        `"${KEY}",`,
      ],
    ],
    ['a comma', [`${KEY},`, `${KEY};`]],
    ['two keys', [`${KEY},${KEY}`, `${KEY};${KEY}`, `${KEY}, ${KEY}`, `${KEY},${KEY},${KEY}`, `${KEY},${KEY},`]],
    ['a space', [` ${KEY}`, `${KEY} `, `${KEY.slice(0, 20)} ${KEY.slice(20)}`]],
    ['a tab', [`${KEY}\t`, `\t${KEY}`]],
    [
      'an invisible character',
      [`\u00a0${KEY}`, `${KEY}\u200b`, `\ufeff${KEY}`, `${KEY}\u00ad`, `${KEY}\u2060`, `${KEY}\u3000`, `\u202e${KEY}`],
    ],
    ['a line break', [`${KEY}\n`, `${KEY}\r\n`, `\n${KEY}`, `${KEY}\r`, `${KEY}\n${KEY}`, `${KEY}\u2028`, `${KEY}\\n`]],
    ['a control character', [`${KEY}\0`, `\x1b${KEY}`]],
    ['printable ASCII', [`${KEY}é`, `ключ${KEY}`]],
    [
      'a name',
      [
        `OPENAI_API_KEY=${KEY}`,
        `export OPENAI_API_KEY=${KEY}`,
        `OPENAI_API_KEY: ${KEY}`,
        `OPENAI_API_KEY:${KEY}`,
        `api_key=${KEY}`,
        `X-Api-Key: ${KEY}`,
        `set OPENAI_API_KEY=${KEY}`,
        'OPENAI_API_KEY=',
        `OpenAIKey = ${KEY}`,
        `--api-key=${KEY}`,
        'OPENAI_API_KEY=QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
      ],
    ],
    [
      'a header',
      [
        `Bearer ${KEY}`,
        `bearer ${KEY}`,
        `Authorization: Bearer ${KEY}`,
        `Basic ${KEY}`,
        `Bearer%20${KEY}`,
        `Bearer${KEY}`,
        `bearereyJ${KEY}`,
      ],
    ],
    [
      'a reference',
      [
        '${{ secrets.OPENAI_API_KEY }}',
        '${OPENAI_API_KEY}',
        '$OPENAI_API_KEY',
        '$(OPENAI_API_KEY)',
        '$env:OPENAI_API_KEY',
        '%OPENAI_API_KEY%',
        'op://vault/openai/key',
        'vault:secret/data/openai#key',
        'arn:aws:secretsmanager:eu-west-1:1:secret:x',
        'arn:aws:ssm:eu-west-1:1:parameter/x',
        'ssm:/openai/key',
        'secretref:openai',
        '@Microsoft.KeyVault(SecretUri=https://x)',
        'sm://project/openai',
        'projects/1/secrets/openai/versions/latest',
        'ref+vault://secret/openai',
        '{{ openai_key }}',
        '{{resolve:secretsmanager:x}}',
        '!Ref OpenAIKey',
        '#{OPENAI_API_KEY}#',
        '__OPENAI_API_KEY__',
        'https://example.org/key',
        'ENC[AES256_GCM,data:x]',
        'env:OPENAI_API_KEY',
        'process.env.OPENAI_API_KEY',
        'sk-${KEY}',
        '/run/secrets/openai_api_key',
        '/run/secrets/x',
        '/run/secrets/OPENAI_API_KEY',
        '/var/run/secrets/x',
        '/secrets/x',
        '/etc/my-service/openai.key',
        '/mnt/secrets-store/OPENAI',
        '/home/me/.openai',
        '/vault/secrets/openai',
        '/openai/production/key',
        './secrets/x',
        '../secrets/x',
        '~/.openai/key',
        '~/x',
        'C:\\secrets\\openai.txt',
        'c:/secrets/x',
        'os.environ/OPENAI_API_KEY',
        'OPENAI_API_KEY',
        'ANOTHER_API_KEY',
        'env.OPENAI_API_KEY',
        'vars.OPENAI_API_KEY',
        'secrets.OPENAI_API_KEY',
        '$$OPENAI_API_KEY',
        '@@OPENAI_API_KEY@@',
        'ENC(c2VjcmV0)',
        '{cipher}c2VjcmV0',
        'bao:secret/data/openai#key',
        '1password://vault/openai/key',
        'AWS_SSM:/openai/key',
        'aws-secretsmanager:openai',
        'gcp-sm:openai',
        '${OPENAI_API_KEY',
        'sk-${OPENAI',
      ],
    ],
    ['a placeholder', ['<key>', '<your api key>', '[API_KEY]', '{key}']],
    ['hidden', ['***', 'sk-***', 'sk-...abcd', 'sk-proj-Zk3v…Ri7N', '••••••••', 'REDACTED']],
    ['no value', ['undefined', 'null', '[object Object]']],
    ['JSON', [`{"api_key":"${KEY}"}`, '{}', '["a"]']],
    ['a private key', ['-----BEGIN PRIVATE KEY-----\nMC4\n-----END PRIVATE KEY-----']],
    ['longer', ['${'.repeat(1_000_000)]],
  ])('because of %s', (kind, values) => {
    for (const value of values) {
      const flaw = flawOf(value) ?? ''
      const said = kind === 'no value' || flaw.includes(kind)
      expect([value.slice(0, 80), flaw, said]).toEqual([value.slice(0, 80), expect.stringMatching(/^it /), true])
      expect(flaw).not.toContain('Zk3v')
    }
  })

  test('and nothing more for a service: a gateway of its own may want any word', () => {
    for (const value of [
      'k',
      'dummy',
      'none',
      'EMPTY',
      'changeme',
      'sk-test',
      'sk-xxxx',
      'not-needed',
      KEY,
      'a:b',
      'sk-ant-x',
      'a,b',
      'bearer',
      'bearer-token',
      '/x',
      'openai_api_key',
      'ADMIN_KEY',
      'a[b]',
      'a{b}',
    ]) {
      expect([value, flawOf(value)]).toEqual([value, undefined])
    }
  })
})

describe('what is a flaw as a whole, or at the beginning, is none elsewhere', () => {
  test.each([
    'a$(b)',
    '$(a)b',
    'a%b%',
    '%a%b',
    'a#{b}#',
    '#{a}b',
    'a__B__',
    '__A__b',
    '__a__',
    'a@@b@@',
    '@@a@@b',
    '$a-b',
    'a/run/secrets/x',
    '/running/x/Y',
    'a/b/c',
    '/ab',
    'a~/x',
    'ab:/x',
    '_op://a',
    'aref+b',
    'aarn:aws:b',

    'aprojects/b/secrets/c',
    'projects//secrets/a',
    'avault:b',
    'vaulted:b',
    'aakv:b',
    'envy:a',
    'aenv.b',
    'envy.b',

    'aos.environ/b',
    'a@Microsoft.KeyVault(b)',
    'aENC[b]',
    'ENC-a',
    'a{cipher}b',
    '!Refer',
    'a!Ref',
    '<a>b',
    'a<b>',
    '[a]b',
    'a[b]',
    '{a}b',
    'a{b}',
    'aREDACTED',
    'REDACTEDa',
    'MASKEDa',
    'anull',
    'nulla',
    'aNaN',
    'undefinedb',
    'aauthorization:b',
    'abearer:b',
    'bearers:b',
    'a**b',
    'a..b',
    `a-----BEGIN`,
    'a["b',
    'a{}',
  ])('%s', (value) => expect(flawOf(value)).toBeUndefined())
})

describe('before it is sealed', () => {
  test('is as long as a service may have it', () => {
    expect([flawOfSealed(`k${'1a'.repeat(3999)}`, 'openai'), flawOfSealed(`k${'1a'.repeat(4000)}`, 'openai')]).toEqual([
      undefined,
      'it is longer than 8,000 characters',
    ])
  })

  test.each([
    'your_openai_api_key_here',
    'your-api-key-goes-here',
    'sk-your-api-key-goes-here',
    'REPLACE_WITH_YOUR_API_KEY',
    'insert-your-openai-key',
    'CHANGE_ME_CHANGE_ME_CHANGE_ME',
    'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'sk-proj-XXXXXXXXXXXXXXXXXXXXXXXX',
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'dummy-openai-api-key',
    'TODO-set-the-openai-api-key',
  ])('%s is a placeholder', (value) => {
    expect(flawOfSealed(value, 'openai')).toBe('it is a placeholder')
  })

  test.each(['changeme', 'none', 'sk-test', ''])('%j is too short', (value) => {
    expect(flawOfSealed(value, 'openai')).toBe('it is shorter than 20 characters')
  })

  const x = 'Zk3vQ9wLr7Tn5Xb1Yc8M'
  const forms = {
    anthropic: `sk-ant-api03-${x}`,
    openai: `sk-proj-${x}`,
    openaiOld: `sk-${x}T3BlbkFJ${x}`,
    google: `AIza${x}${x.slice(5)}`,
    hugging: `hf_${x}`,
    aws: 'AKIAQ5ZK3VQ9WLR7TN5X',
    github: `ghp_${x}${x}`,
    slack: `xoxb-${x}`,
    stripe: `sk_live_${x}`,
  }
  test.each([
    ['openai', ['openai', 'openaiOld']],
    ['dalle', ['openai', 'openaiOld']],
    ['anthropic', ['anthropic']],
    ['runware', []],
    ['another', Object.keys(forms)],
  ])('%s takes what is not positively another vendor’s', (provider, taken) => {
    const fits = Object.entries(forms)
      .filter(([, value]) => flawOfSealed(value, provider) === undefined)
      .map(([name]) => name)
    expect(fits).toEqual(Object.keys(forms).filter((name) => taken.includes(name)))
    // Azure's, a gateway's, and those of which nobody knows.
    for (const value of [
      '0123456789abcdef0123456789abcdee',
      `sk-${x}`,
      `sk-or-v1-${x}`,
      x,
      `JQQJ99${x}`,
      `sk-test-${x}`,
    ]) {
      expect([value, flawOfSealed(value, provider)]).toEqual([value, undefined])
    }
  })
})

describe('the form of a vendor', () => {
  const w = (length: number): string => 'Zk3vQ9wLr7Tn5Xb1Yc8MHd6Jp2Ws4Ge9Uf0'.slice(0, length)
  const FORMS: readonly (readonly [its: string, key: string])[] = [
    ['an Anthropic key', `sk-ant-${w(13)}`],
    ['an OpenAI key', `sk-proj-${w(12)}`],
    ['an OpenAI key', `sk-svcacct-${w(9)}`],
    ['an OpenAI key', `sk-admin-${w(11)}`],
    ['an OpenAI key', `sk-None-${w(12)}`],
    ['an OpenAI key', `sk-${w(16)}T3BlbkFJ${w(16)}`],
    ['a Google key', `AIza${w(35)}`],
    ['a Hugging Face token', `hf_${w(17)}`],
    ['a Replicate token', `r8_${w(17)}`],
    ['a Groq key', `gsk_${w(16)}`],
    ['an xAI key', `xai-${w(16)}`],
    ['a Perplexity key', `pplx-${w(16)}`],
    ['an NVIDIA key', `nvapi-${w(16)}`],
    ['an AWS key', `AKIA${w(16).toUpperCase()}`],
    ['an AWS key', `ASIA${w(16).toUpperCase()}`],
    ...['o', 'p', 'r', 's', 'u'].map((kind) => ['a GitHub token', `gh${kind}_${w(16)}`] as const),
    ['a GitHub token', `github_pat_${w(16)}`],
    ['a GitLab token', `glpat-${w(16)}`],
    ...['a', 'b', 'e', 'o', 'p', 'r', 's'].map((kind) => ['a Slack token', `xox${kind}-${w(15)}`] as const),
    ['a Slack token', `xapp-${w(15)}`],
    ...['sk_live', 'rk_live', 'sk_test', 'sk_prod', 'whsec'].map(
      (kind) => ['a Stripe key', `${kind}_${w(14)}`] as const,
    ),
    ['an npm token', `npm_${w(16)}`],
    ['a SendGrid key', `SG.${w(16)}.${w(16)}`],
    ['an age identity', `AGE-SECRET-KEY-${w(20)}`],
    ['an age identity', `age-secret-key-${w(20)}`],
  ]

  test.each(FORMS)('%s is %s', (its, key) => {
    expect(flawOfSealed(key, 'runware')).toBe(`it has the form of ${its}, and would be sent to runware`)
    expect(flawOfSealed(key, 'a-provider-of-ours')).toBeUndefined()
    // Behind or before something else it is no key of that vendor.
    expect(flawOfSealed(`0${key}`, 'runware')).toBeUndefined()
    if (its !== 'an age identity') expect(flawOfSealed(`${key}+`, 'runware')).toBeUndefined()
  })

  test.each([
    `sk-${w(15)}T3BlbkFJ${w(16)}`,
    `sk-${w(16)}T3BlbkFJ${w(15)}`,
    `AIza${w(34)}`,
    `nvapi-${w(15)}`,
    `pplx-${w(15)}`,
    `AKIA${w(17).toUpperCase()}`,
    `AKIA${w(16)}`,
    `ghx_${w(20)}`,
    `github_pat_${w(15)}`,
    `glpat-${w(15)}`,
    `xoxz-${w(20)}`,
    `ok_live_${w(20)}`,
    `sk_other_${w(20)}`,
    `SG.${w(15)}.${w(16)}`,
    `SG.${w(16)}.${w(15)}`,
    `SG${w(16)}.${w(16)}`,
  ])('%s is of none', (key) => expect(flawOfSealed(key, 'runware')).toBeUndefined())
})

/** Keys as their vendors make them: a beginning, and characters of an alphabet behind it. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ALPHABETS = {
  word: `${LETTERS}0123456789`,
  hex: '0123456789abcdef',
  base32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  url: `${LETTERS}0123456789-_`,
}

function random(length: number, alphabet: keyof typeof ALPHABETS): string {
  return Array.from({ length }, () => ALPHABETS[alphabet][randomInt(ALPHABETS[alphabet].length)]).join('')
}

function jwt(signature: number): string {
  const claims = {
    iss: 'https://login.example.org/',
    aud: 'gateway',
    sub: random(20, 'word'),
    iat: 1_700_000_000,
    scope: 'models:read models:write',
    data: random(180, 'word'),
  }
  const head = { alg: 'RS256', typ: 'JWT', kid: random(20, 'word') }
  return [
    ...[head, claims].map((one) => Buffer.from(JSON.stringify(one)).toString('base64url')),
    randomBytes(signature).toString('base64url'),
  ].join('.')
}

const MADE: Readonly<Record<string, { provider: string; make: () => string }>> = {
  'OpenAI old': { provider: 'openai', make: () => `sk-${random(20, 'word')}T3BlbkFJ${random(20, 'word')}` },
  'OpenAI project': { provider: 'openai', make: () => `sk-proj-${random(74, 'url')}T3BlbkFJ${random(74, 'url')}` },
  'OpenAI service account': {
    provider: 'dalle',
    make: () => `sk-svcacct-${random(74, 'url')}T3BlbkFJ${random(74, 'url')}`,
  },
  'OpenAI admin': { provider: 'openai', make: () => `sk-admin-${random(74, 'url')}T3BlbkFJ${random(74, 'url')}` },
  Anthropic: { provider: 'anthropic', make: () => `sk-ant-api03-${random(93, 'url')}AA` },
  Runware: { provider: 'runware', make: () => random(32, 'word') },
  'Azure, 32': { provider: 'openai', make: () => random(32, 'hex') },
  'Azure, 84': {
    provider: 'openai',
    make: () => `${random(52, 'word')}JQQJ99${random(10, 'word').toUpperCase()}AAABACOG${random(8, 'word')}`,
  },
  OpenRouter: { provider: 'openai', make: () => `sk-or-v1-${random(64, 'hex')}` },
  'a JWT, RS256': { provider: 'openai', make: () => jwt(256) },
  'a JWT, HS256': { provider: 'anthropic', make: () => jwt(32) },
  base64: { provider: 'runware', make: () => randomBytes(16 + randomInt(40)).toString('base64') },
  'base64 with a slash first': { provider: 'runware', make: () => `/${randomBytes(33).toString('base64').slice(1)}` },
  'base64, URL': { provider: 'runware', make: () => randomBytes(16 + randomInt(40)).toString('base64url') },
  'a UUID': { provider: 'runware', make: () => randomUUID() },
  hexadecimal: { provider: 'runware', make: () => random(64, 'hex').toUpperCase() },
  base32: { provider: 'runware', make: () => random(20 + randomInt(60), 'base32') },
  'a name and a word': { provider: 'openai', make: () => `${random(20, 'word')}:${random(30, 'word')}` },
}

test.each(Object.entries(MADE))('no random key is taken for anything else: %s', (_, { provider, make }) => {
  for (let i = 0; i < 2000; i++) {
    const key = make()
    expect([key, flawOfSealed(key, provider)]).toEqual([key, undefined])
  }
})
