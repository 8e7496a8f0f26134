import { describe, expect, it } from 'vitest'
import { placesOf } from '../support/config.ts'

const braces = (text: string): string =>
  `title: T\nplaceholders: braces\nvariables: { title: {}, mood: { required: false } }\nvalue: '${text}'\n`
const brackets = (text: string): string =>
  `title: T\nplaceholders: brackets\nvariables: { TOPIC: { required: false } }\nvalue: '${text}'\n`

describe('`${…}` in a prompt', () => {
  it.each(['{title} ${total}', '{title} ${HOME}'])('is text beside placeholders in braces: %s', async (text) => {
    expect(await placesOf({ 'prompts/image_prompt.yaml': braces(text) })).toEqual([])
  })

  it('is no placeholder for a required variable', async () => {
    expect(await placesOf({ 'prompts/image_prompt.yaml': braces('about ${title}') })).toEqual([
      'prompt/syntax prompts/image_prompt.yaml:4:8-4:24',
    ])
  })

  it('is no declared variable in the other form', async () => {
    expect(await placesOf({ 'prompts/clustering.yaml': brackets('run ${topic} ${TOPIC} {topic}') })).toEqual([])
    expect(await placesOf({ 'prompts/clustering.yaml': brackets('run {TOPIC}') })).toEqual([
      'prompt/syntax prompts/clustering.yaml:4:8-4:21',
    ])
  })
})
