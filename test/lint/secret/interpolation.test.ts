import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

describe('secret/interpolation', () => {
  it('passes prompt texts, the targets of tenfold.yaml, and texts that only resemble it', async () => {
    await lint({
      'prompts/clustering.yaml': 'title: T\nplaceholders: brackets\nvalue: "file: ${HOME} env:X"\n',
      'accounts/acme.yaml': `id: acme
plan: growth
name: profile, environment and $5
prompts: { clustering: { customized: true, value: "\${x}", default: "file: \${HOME} env:X" } }
`,
      'tenfold.yaml': 'targets: { local: "file:../store", live: "git:origin#releases" }\n',
    })
  })

  it('points at the value', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        name: "Acme \${COMPANY}"
        #     ^^^^^^^^^^^^^^^^^ error[secret/interpolation]
        strategies: { a: { name: "file:/etc/passwd", sections: ["env:HOME", " ENV:X"] } }
        #                        ^^^^^^^^^^^^^^^^^^ error[secret/interpolation]
        #                                                       ^^^^^^^^^^ error[secret/interpolation]
        #                                                                   ^^^^^^^^ error[secret/interpolation]
      `,
      'prompts/clustering.yaml': `
        title: "\${TITLE}"
        #      ^^^^^^^^^^ error[secret/interpolation]
        placeholders: none
        value: x
      `,
      'tenfold.yaml': `
        name: "env:NAME"
        #     ^^^^^^^^^^ error[secret/interpolation]
        targets: { a: "file:\${HOME}/x", b: "env:TARGET" }
        #             ^^^^^^^^^^^^^^^^ error[secret/interpolation]
        #                                  ^^^^^^^^^^^^ error[secret/interpolation]
      `,
    })
  })

  it('is not slowed down by a megabyte of beginnings', async () => {
    await lint({ 'accounts/acme.yaml': `id: acme\nplan: growth\nname: "${'${'.repeat(500_000)}"\n` })
  })

  it('speaks before ref/unknown and the schema', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides: { openai: { model: "\${MODEL}", max_tokens: "\${MAX}" } }
        #                             ^^^^^^^^^^ error[secret/interpolation]
        #                                                     ^^^^^^^^ error[secret/interpolation]
      `,
    })
  })
})
