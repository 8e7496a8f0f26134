import { describe, expect, it } from 'vitest'
import { diagnosticsOf } from '../../support/config.ts'
import { lint } from '../expect.ts'

const prompt = (form: string, variables: string, text: string): string =>
  `title: T\nplaceholders: ${form}\nvariables: ${variables}\nvalue: '${text}'\n`
const braces = (text: string): string => prompt('braces', '{ title: {}, mood: { required: false } }', text)
const brackets = (text: string): string => prompt('brackets', '{ KEYWORDS: {} }', text)

describe('prompt/syntax', () => {
  it.each([
    '{title} {"title": "x", "list": [1, 2]}',
    '{title} {title: string, mood: string}',
    '{title} {"a": title} {"title"}',
    '{title} [mood: dark] (mood) [Mood](x)',
    '{title} mood title } {',
    '{title} ${HOME} ${MOOD} $title {the title} {ti-tle} [MOOD] [ mood ]',
    '{title} { title of the book, Title } ${TITLE',
    '{title} struct {mood\n\n  age: int }',
    '{title} type X = {mood\n\n  : string, tone: {a: b}}',
    '{title} const { user: { name }, mood } = props',
    '{title} {mood: {tone: dark}} {a: {b: c}, mood}',
    '{title} {\n\n  mood of the day',
    '{title} {          mood of the day',
    '{title} mood\n\n  } and {the mood',
    'costs ${total} for {title}, %{title} and #{title}',
  ])('takes other brackets and braces for text: %s', async (text) => {
    await lint({ 'prompts/image_prompt.yaml': braces(text) })
  })

  it.each([
    '[KEYWORDS] {keywords} {{keywords}} ${KEYWORDS} {Keywords}',
    '[KEYWORDS] costs $[amount]',
    '[KEYWORDS] [the keywords] {{ KEYWORDS }}',
  ])('and the same with brackets: %s', async (text) => {
    await lint({ 'prompts/clustering.yaml': brackets(text) })
  })

  it('takes anything for text where a prompt has no placeholders', async () => {
    await lint({ 'prompts/image_prompt.yaml': 'title: T\nplaceholders: none\nvalue: "{title [title] ${title}"\n' })
  })

  it.each([
    ['{ title }', 'it has spaces inside'],
    ['{title }', 'it has spaces inside'],
    ['{Title}', 'the case is another'],
    ['{TITLE}', 'the case is another'],
    ['{ Title }', 'it has spaces inside, and the case is another'],
    ['{{ title }}', 'the "{" and "}" are doubled, and it has spaces inside'],
    ['{{Title}}', 'the "{" and "}" are doubled, and the case is another'],
    ['${title}', 'a "$" comes before it'],
    ['${ title }', 'a "$" comes before it, and it has spaces inside'],
    ['{title', 'the "}" is missing'],
    ['{title please', 'the "}" is missing'],
    ['{title]', 'the "}" is missing'],
    ['title}', 'the "{" is missing'],
    ['{Title y', 'the "}" is missing, and the case is another'],
    ['Title} y', 'the "{" is missing, and the case is another'],
    ['{ title y', 'the "}" is missing, and it has spaces inside'],
    ['title } y', 'the "{" is missing, and it has spaces inside'],
    ['{\u200btitle y', 'the "}" is missing, and an invisible character is in it'],
    ['title\u200b } y', 'the "{" is missing, and an invisible character is in it, and it has spaces inside'],
    ['{ti\u2060tle y', 'the "}" is missing, and an invisible character is in it'],
    ['{title, then {mood}', 'the "}" is missing'],
    ['{ti\u2800tle}', 'an invisible character is in it'],
    ['{\u2800title}', 'an invisible character is in it'],
    ['[title]', "the prompt's placeholders are in braces"],
    ['{ti\u200btle}', 'an invisible character is in it'],
    ['{\u00a0title}', 'an invisible character is in it'],
    ['{title\u2060}', 'an invisible character is in it'],
    ['{ti\u00adtle}', 'an invisible character is in it'],
  ])('is an error where a required variable has no right spelling: %s', async (written, why) => {
    const text = `About ${written}`
    const [found] = await lint(
      { 'prompts/image_prompt.yaml': braces(text) },
      {
        also: [`error[prompt/syntax] prompts/image_prompt.yaml:4:8-4:${10 + text.length}`],
      },
    )
    expect(found?.message).toContain(why)
    expect(found?.message).not.toMatch(/[\u00a0\u00ad\u200b\u2060\u2800]/)
    expect(found?.help).toBe('write {title}')
  })

  it.each([
    ['braces', '{{{title}}}', 'the "{" and "}" are repeated'],
    ['braces', '${{title}}', 'the "{" and "}" are doubled, and a "$" comes before it'],
    ['braces', '{{{ Title }}}', 'the "{" and "}" are repeated, and it has spaces inside, and the case is another'],
    ['braces', '${title', 'the "}" is missing'],
    ['braces', '{{title', 'the "}" is missing'],
    ['braces', 'title}}', 'the "{" is missing'],
    ['braces', '[[title]]', "the prompt's placeholders are in braces"],
    ['brackets', '{{KEYWORDS}}', "the prompt's placeholders are in brackets"],
    ['brackets', '[[[KEYWORDS]]]', 'the "[" and "]" are repeated'],
    ['brackets', '[[ KEYWORDS ]]', 'the "[" and "]" are doubled, and it has spaces inside'],
  ])('in %s, quotes all that is written: %s', async (form, written, why) => {
    const found = await diagnosticsOf({
      'prompts/clustering.yaml': form === 'braces' ? braces(`On ${written}`) : brackets(`On ${written}`),
    })
    expect(found.map(({ rule }) => rule)).toEqual(['prompt/syntax'])
    expect(found[0]?.message).toContain(` writes ${written}, which is no placeholder: ${why}`)
  })

  it.each([
    '[Keywords y',
    'Keywords] y',
    '[ KEYWORDS y',
    'KEYWORDS ] y',
    '[\u200bKEYWORDS y',
    '[KEYWORDS',
    'KEYWORDS]',
    '{KEYWORDS}',
    '[keywords]',
    '[Keywords]',
    '[ KEYWORDS ]',
    '[KEY WORDS]',
    '[KEY\u200dWORDS]',
  ])('and the same with brackets: %s', async (written) => {
    const text = `About ${written}`
    await lint(
      { 'prompts/clustering.yaml': brackets(text) },
      {
        also: [`error[prompt/syntax] prompts/clustering.yaml:4:8-4:${10 + text.length}`],
      },
    )
  })

  it.each([
    '{title} and {Title}',
    '{title} and {title',
    '{title} and {Title y',
    '{title} and Title} y',
    '{title} and { mood y',
    '{title} and mood } y',
    '{title} ${title}',
    '{{title}}',
    'about {{title}} alone',
    '{title} { mood }',
    '{title} ${mood}',
    '{title} [mood]',
    '{title} {{ mood }}',
    '{title} mood}',
  ])('warns where the text has the right spelling too, or need not have it: %s', async (text) => {
    await lint(
      { 'prompts/image_prompt.yaml': braces(text) },
      {
        also: [`warning[prompt/syntax] prompts/image_prompt.yaml:4:8-4:${10 + text.length}`],
      },
    )
  })

  it.each([
    ['braces', 'articleTitle', 'Write {articleTitle} now'],
    ['braces', 'Article-Title_2', 'Write {Article-Title_2} now'],
    ['braces', 'TOPIC', 'Write {TOPIC} now'],
    ['brackets', 'keywords', 'Sort [keywords] now'],
    ['brackets', 'KeyWords', 'Sort [KeyWords] now, not [1] or [a]'],
  ])('in %s, the declared name counts as it is spelled: %s', async (form, name, text) => {
    await lint({ 'prompts/clustering.yaml': prompt(form, `{ ${name}: {} }`, text) })
    const another = text.replaceAll(name, name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase())
    const [found] = await lint(
      { 'prompts/clustering.yaml': prompt(form, `{ ${name}: {} }`, another) },
      {
        also: [`error[prompt/syntax] prompts/clustering.yaml:4:8-4:${10 + another.length}`],
      },
    )
    expect(found?.message).toContain('the case is another')
  })

  it('leaves a name alone that differs from another in its case', async () => {
    await lint({ 'prompts/clustering.yaml': prompt('brackets', '{ TOPIC: {}, Topic: {} }', '[TOPIC] and [Topic]') })
  })

  it.each(['[TODO]', '[TODO](https://x.example)', '[TODO', 'TODO]', '{TODO}', '[Todo]', ''])(
    'leaves a literal name as it is, and requires it nowhere: %s',
    async (text) => {
      await lint({
        'prompts/clustering.yaml': prompt(
          'brackets',
          '{ KEYWORDS: {}, TODO: { literal: true } }',
          `[KEYWORDS] ${text}`,
        ),
      })
    },
  )

  it('takes `literal: false` for what is written without it', async () => {
    await lint({
      'prompts/clustering.yaml': prompt(
        'brackets',
        '{ KEYWORDS: {}, TODO: { literal: false, required: false } }',
        '[KEYWORDS] [TODO]',
      ),
    })
    await lint(
      { 'prompts/clustering.yaml': prompt('brackets', '{ KEYWORDS: {}, TODO: { literal: false } }', '[KEYWORDS]') },
      {
        also: ['error[prompt/missing-variable] prompts/clustering.yaml:4:8-4:20'],
      },
    )
  })

  it.each([
    ['{ title: {} }', 'error'],
    ['{ title: { required: false } }', 'warning'],
    ['{ TODO: { literal: true } }', 'warning'],
  ])('points at the variables of a prompt that has no placeholders: %s', async (variables, severity) => {
    await lint(
      { 'prompts/image_prompt.yaml': prompt('none', variables, 'A cat') },
      {
        also: [`${severity}[prompt/syntax] prompts/image_prompt.yaml:3:12-3:${12 + variables.length}`],
      },
    )
  })

  it('takes an empty list of variables for none', async () => {
    await lint({ 'prompts/image_prompt.yaml': prompt('none', '{}', 'A cat') })
  })

  it('tells each variable once, with where it is declared', async () => {
    const text = 'About { title }, {Title} and title}'
    const [found, ...others] = await lint(
      { 'prompts/image_prompt.yaml': braces(text) },
      {
        also: [`error[prompt/syntax] prompts/image_prompt.yaml:4:8-4:${10 + text.length}`],
      },
    )
    expect(others).toEqual([])
    expect(found?.related).toMatchObject([
      { file: 'prompts/image_prompt.yaml', line: 3, column: 14, message: 'declared here' },
    ])
  })

  it('judges the effective text of a record', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        prompts:
          clustering: { customized: true, value: "My {IGNY8_KEYWORDS}", default: "Group these keywords: [IGNY8_KEYWORDS]\\n" }
        #                                        ^^^^^^^^^^^^^^^^^^^^^ error[prompt/syntax] {IGNY8_KEYWORDS}
      `,
    })
  })
})
