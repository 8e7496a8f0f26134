import { randomBytes, randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { flawOf, flawOfSealed } from '../../src/trust/api-key.ts'

const KEY = 'sk-proj-Zk3vQ9wLr7Tn5Xb1Yc8MHd6Jp2Ws4Ge9Uf0Ri7N'

describe('what is no key', () => {
  test.each([
    ['quote', [`"${KEY}"`, `'${KEY}'`, `\`${KEY}\``, `“${KEY}”`, `‘${KEY}’`, `„${KEY}“`, `«${KEY}»`, `${KEY}"`, ` "${KEY}"`, `"${KEY}`]],
    ['a space', [` ${KEY}`, `${KEY} `, `${KEY.slice(0, 20)} ${KEY.slice(20)}`]],
    ['a tab', [`${KEY}\t`, `\t${KEY}`]],
    ['an invisible character', [`\u00a0${KEY}`, `${KEY}\u200b`, `\ufeff${KEY}`, `${KEY}\u00ad`, `${KEY}\u2060`, `${KEY}\u3000`, `\u202e${KEY}`]],
    ['a line break', [`${KEY}\n`, `${KEY}\r\n`, `\n${KEY}`, `${KEY}\r`, `${KEY}\n${KEY}`, `${KEY}\u2028`, `${KEY}\\n`]],
    ['a control character', [`${KEY}\0`, `\x1b${KEY}`]],
    ['printable ASCII', [`${KEY}é`, `ключ${KEY}`]],
    ['a name', [
      `OPENAI_API_KEY=${KEY}`, `export OPENAI_API_KEY=${KEY}`, `OPENAI_API_KEY: ${KEY}`, `OPENAI_API_KEY:${KEY}`, `api_key=${KEY}`, `X-Api-Key: ${KEY}`,
      `set OPENAI_API_KEY=${KEY}`, 'OPENAI_API_KEY=', `OpenAIKey = ${KEY}`, `--api-key=${KEY}`, 'OPENAI_API_KEY=QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    ]],
    ['a header', [`Bearer ${KEY}`, `bearer ${KEY}`, `Authorization: Bearer ${KEY}`, `Basic ${KEY}`]],
    ['a reference', [
      '${{ secrets.OPENAI_API_KEY }}', '${OPENAI_API_KEY}', '$OPENAI_API_KEY', '$(OPENAI_API_KEY)', '$env:OPENAI_API_KEY', '%OPENAI_API_KEY%', 'op://vault/openai/key',
      'vault:secret/data/openai#key', 'arn:aws:secretsmanager:eu-west-1:1:secret:x', 'arn:aws:ssm:eu-west-1:1:parameter/x', 'ssm:/openai/key', 'secretref:openai',
      '@Microsoft.KeyVault(SecretUri=https://x)', 'sm://project/openai', 'projects/1/secrets/openai/versions/latest', 'ref+vault://secret/openai', '{{ openai_key }}',
      '{{resolve:secretsmanager:x}}', '!Ref OpenAIKey', '#{OPENAI_API_KEY}#', '__OPENAI_API_KEY__', 'https://example.org/key', 'ENC[AES256_GCM,data:x]', 'env:OPENAI_API_KEY',
      'process.env.OPENAI_API_KEY', 'sk-${KEY}',
    ]],
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
    for (const value of ['k', 'dummy', 'none', 'EMPTY', 'changeme', 'sk-test', 'sk-xxxx', 'not-needed', KEY, 'a:b', 'sk-ant-x']) {
      expect([value, flawOf(value)]).toEqual([value, undefined])
    }
  })
})

describe('before it is sealed', () => {
  test.each([
    'your_openai_api_key_here', 'your-api-key-goes-here', 'sk-your-api-key-goes-here', 'REPLACE_WITH_YOUR_API_KEY', 'insert-your-openai-key', 'CHANGE_ME_CHANGE_ME_CHANGE_ME',
    'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'sk-proj-XXXXXXXXXXXXXXXXXXXXXXXX', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'dummy-openai-api-key', 'TODO-set-the-openai-api-key',
  ])('%s is a placeholder', (value) => {
    expect(flawOfSealed(value, 'openai')).toBe('it is a placeholder')
  })

  test.each(['changeme', 'none', 'sk-test', ''])('%j is too short', (value) => {
    expect(flawOfSealed(value, 'openai')).toBe('it is shorter than 20 characters')
  })

  const x = 'Zk3vQ9wLr7Tn5Xb1Yc8M'
  const forms = {
    anthropic: `sk-ant-api03-${x}`, openai: `sk-proj-${x}`, openaiOld: `sk-${x}T3BlbkFJ${x}`, google: `AIza${x}${x.slice(5)}`, hugging: `hf_${x}`, aws: 'AKIAQ5ZK3VQ9WLR7TN5X',
    github: `ghp_${x}${x}`, slack: `xoxb-${x}`, stripe: `sk_live_${x}`,
  }
  test.each([
    ['openai', ['openai', 'openaiOld']], ['dalle', ['openai', 'openaiOld']], ['anthropic', ['anthropic']], ['runware', []], ['another', Object.keys(forms)],
  ])('%s takes what is not positively another vendor’s', (provider, taken) => {
    const fits = Object.entries(forms).filter(([, value]) => flawOfSealed(value, provider) === undefined).map(([name]) => name)
    expect(fits).toEqual(Object.keys(forms).filter((name) => taken.includes(name)))
    // Azure's, a gateway's, and those of which nobody knows.
    for (const value of ['0123456789abcdef0123456789abcdee', `sk-${x}`, `sk-or-v1-${x}`, x, `JQQJ99${x}`, `sk-test-${x}`]) {
      expect([value, flawOfSealed(value, provider)]).toEqual([value, undefined])
    }
  })
})

test('no random key is taken for anything else', () => {
  const alphabets = ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '0123456789abcdef', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567']
  for (let i = 0; i < 5000; i++) {
    const alphabet = alphabets[i % alphabets.length] ?? ''
    const plain = Array.from({ length: 20 + randomInt(60) }, () => alphabet[randomInt(alphabet.length)]).join('')
    const bytes = randomBytes(16 + randomInt(40))
    const keys = [plain, bytes.toString('base64'), bytes.toString('base64url'), `sk-${plain}`, `${plain}:${plain}`]
    expect([keys, keys.map((key) => flawOfSealed(key, 'runware'))]).toEqual([keys, keys.map(() => undefined)])
  }
})
