import { describe, expect, it } from 'vitest'
import { writeRootDocument } from '../../../src/trust/root-document.ts'
import { BASE } from '../../support/config.ts'
import { ROOT, testRoot } from '../../support/trust.ts'
import { lint } from '../expect.ts'

const root = writeRootDocument(ROOT.document)

describe('trust/secret-name', () => {
  it('passes the names that the root gives each provider', async () => {
    await lint({ 'trust/root.json': root })
  })

  it('passes any of several', async () => {
    const secrets = { ...ROOT.document.signed.secrets, openai: ['OPENAI_API_KEY', 'OPENAI_NEXT_API_KEY'] }
    await lint({
      'trust/root.json': writeRootDocument(testRoot({ secrets }).document),
      'settings.yaml': BASE['settings.yaml']?.replace('OPENAI_API_KEY', 'OPENAI_NEXT_API_KEY') ?? null,
    })
  })

  it('points at a name that no provider has, and says what permits it', async () => {
    const found = await lint({
      'trust/root.json': root,
      'settings.yaml': `
        text: { provider: openai }
        image: { provider: runware }
        providers:
          openai: { api_key: { secret: OTHER_API_KEY }, model: gpt-4o-mini, max_tokens: 8192 }
        #                              ^^^^^^^^^^^^^ error[trust/secret-name] openai use the secret OTHER_API_KEY
          runware: { api_key: { secret: RUNWARE_API_KEY }, model: "runware:97@1" }
      `,
    })
    expect(found[0]?.help).toContain('OPENAI_API_KEY')
    expect(found[0]?.help).toContain('tenfold keys secret openai OTHER_API_KEY')
  })

  it('points at both of two that were swapped: each vendor would be sent the other’s key', async () => {
    await lint({
      'trust/root.json': root,
      'settings.yaml': `
        text: { provider: openai }
        image: { provider: runware }
        providers:
          openai: { api_key: { secret: RUNWARE_API_KEY }, model: gpt-4o-mini, max_tokens: 8192 }
        #                              ^^^^^^^^^^^^^^^ error[trust/secret-name] openai
          runware: { api_key: { secret: OPENAI_API_KEY }, model: "runware:97@1" }
        #                               ^^^^^^^^^^^^^^ error[trust/secret-name] runware
      `,
    })
  })

  it('points at the name of a provider to which the root gives none', async () => {
    const { openai, dalle, runware } = ROOT.document.signed.secrets
    const found = await lint(
      {
        'trust/root.json': writeRootDocument(
          testRoot({ secrets: { openai: openai ?? [], dalle: dalle ?? [], runware: runware ?? [], anthropic: [] } })
            .document,
        ),
      },
      { also: ['error[trust/secret-name] settings.yaml:5:35-5:52'] },
    )
    expect(found[0]?.help).toMatch(/^have the root keys permit it/)
  })

  it('is silent without a root: nothing is sealed then', async () => {
    await lint({ 'settings.yaml': BASE['settings.yaml']?.replace('OPENAI_API_KEY', 'ANY_API_KEY') ?? null })
  })
})
