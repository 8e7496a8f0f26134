import { describe, expect, it } from 'vitest'
import { writeRootDocument } from '../../../src/trust/root-document.ts'
import { testRoot } from '../../support/trust.ts'
import { lint } from '../expect.ts'

// Public keys, whose identities nobody kept.
const RUNTIME = 'age18kmgnfg35krsy99kx5z4f5k5dc29t2grx4c0h09nwuf27uz8p56qc8zsmn'
const OTHER = 'age1kpt8g85wa94y7553cw2r7ac4pujg3akyz7z0pnnnmgv6dk8n3pgqx7hdlr'
const root = writeRootDocument(
  testRoot({
    recipients: { production: { runtime: RUNTIME, 'break-glass': OTHER }, staging: { 'staging-runtime': OTHER } },
  }).document,
)

describe('trust/recipient', () => {
  it('passes some of the root’s recipients, by name or as they are, all of them, and none', async () => {
    for (const recipients of ['[runtime]', `[${RUNTIME}]`, '[break-glass, runtime]', '[]']) {
      await lint({ 'trust/root.json': root, 'tenfold.yaml': `recipients: ${recipients}\n` })
    }
    await lint({ 'trust/root.json': root, 'tenfold.yaml': 'name: Acme\n' })
  })

  it('points at one that the root does not have, and names the nearest', async () => {
    const found = await lint({
      'trust/root.json': root,
      'tenfold.yaml': `
        recipients: [runtime, brake-glass]
        #                     ^^^^^^^^^^^ error[trust/recipient] "brake-glass" for production
      `,
    })
    expect(found[0]?.help).toContain('break-glass')
    expect(found[0]?.help).toContain('add none')
  })

  it('points at a key that the root does not have, however well it is formed', async () => {
    await lint({
      'trust/root.json': writeRootDocument(testRoot({ recipients: { production: { runtime: RUNTIME } } }).document),
      'tenfold.yaml': `
        recipients: [${OTHER}]
        #            ${'^'.repeat(OTHER.length)} error[trust/recipient]
      `,
    })
  })

  it('looks at the environment that tenfold.yaml names', async () => {
    await lint({ 'trust/root.json': root, 'tenfold.yaml': 'environment: staging\nrecipients: [staging-runtime]\n' })
    await lint({
      'trust/root.json': root,
      'tenfold.yaml': `
        environment: staging
        recipients: [runtime]
        #            ^^^^^^^ error[trust/recipient] for staging
      `,
    })
  })

  it('takes nothing that every object has for a recipient', async () => {
    await lint({
      'trust/root.json': root,
      'tenfold.yaml': `
        recipients: [constructor]
        #            ^^^^^^^^^^^ error[trust/recipient]
      `,
    })
  })

  it('is silent without a root: nothing is sealed then', async () => {
    await lint({ 'tenfold.yaml': 'recipients: [anybody]\n' })
  })
})
