import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const OTHER = 'title: Other\nplaceholders: none\nvalue: x\n'

describe('ref/unused', () => {
  it('passes a type that any function uses', async () => {
    await lint({
      'prompts/other.yaml': OTHER,
      'functions.yaml': 'functions: { a: { kind: image, prompts: [other, clustering, image_prompt] } }\n',
    })
  })

  it('points at the beginning of a prompt that none uses', async () => {
    await lint({ 'prompts/other.yaml': OTHER }, { also: ['warning[ref/unused] prompts/other.yaml:1:1-1:1'] })
  })

  it('does not count an account or a strategy for a function', async () => {
    await lint(
      {
        'prompts/other.yaml': OTHER,
        'strategies/s.yaml': 'name: S\nprompt_types: [other]\n',
      },
      { also: ['warning[ref/unused] prompts/other.yaml:1:1-1:1'] },
    )
  })

  it('is silent where functions.yaml is opaque', async () => {
    await lint(
      { 'prompts/other.yaml': OTHER, 'functions.yaml': null },
      { also: ['error[files/missing] functions.yaml:1:1-1:1'] },
    )
  })
})
