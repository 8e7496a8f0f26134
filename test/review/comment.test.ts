import { expect, test } from 'vitest'
import { type Comment, type Comments, nextComment, marker, readMarker } from '../../src/review/comment-state.ts'
import { upsertReview } from '../../src/review/upsert-comment.ts'

const BOT = 'github-actions[bot]'
const body = (text: string, base = 'a'): string =>
  `${marker({ base: base.repeat(40), head: null, digest: '0'.repeat(64) })}\n${text}\n`
const by = (author: string, id: number, text: string): Comment => ({ id, author, body: text })

const CASES: readonly (readonly [name: string, existing: readonly Comment[], decision: object])[] = [
  ['no comment at all', [], { do: 'create' }],
  ['others alone', [by('ada', 1, 'hello'), by(BOT, 2, 'a coverage report')], { do: 'create' }],
  ['ours, the same', [by(BOT, 3, body('x'))], { do: 'nothing', id: 3 }],
  ['ours, with other line ends', [by(BOT, 3, body('x').replaceAll('\n', '\r\n').trimEnd())], { do: 'nothing', id: 3 }],
  ['ours, of another text', [by(BOT, 3, body('y'))], { do: 'update', id: 3 }],
  ['ours, of another base', [by(BOT, 3, body('x', 'c'))], { do: 'update', id: 3 }],
  ['ours, edited by hand below its marker', [by(BOT, 3, `${body('x')}LGTM`)], { do: 'update', id: 3 }],
  ['one forged by somebody else', [by('mallory', 1, body('x'))], { do: 'create' }],
  ['one that quotes the marker', [by(BOT, 1, `> ${body('x')}`)], { do: 'create' }],
  ['one of another version', [by(BOT, 1, body('x').replace('v1', 'v2'))], { do: 'create' }],
  ['two of ours: the first', [by(BOT, 9, body('y')), by(BOT, 4, body('z'))], { do: 'update', id: 4 }],
]

test.each(CASES)('%s', (_name, existing, decision) => {
  expect(nextComment(existing, BOT, body('x'))).toEqual(decision)
})

test('a body over the limit is our bug, and is never sent', () => {
  expect(() => nextComment([], BOT, 'x'.repeat(60_001))).toThrow(RangeError)
  expect(nextComment([], BOT, 'x'.repeat(60_000))).toEqual({ do: 'create' })
})

test('a marker says what it was made from', () => {
  const made = { base: 'a'.repeat(40), head: null, digest: 'f'.repeat(64) }
  expect(readMarker(`${marker(made)}\nx`)).toEqual(made)
  const both = { base: null, head: '0123456789abcdef', digest: '0a' }
  expect(readMarker(marker(both))).toEqual(both)
  expect(readMarker('<!-- tenfold:review v1 base=none head=A digest=0 -->')).toBeUndefined()
  expect(readMarker('<!-- tenfold:review v1 base=x" onclick="1 head=none digest=0 -->')).toBeUndefined()
})

class Memory implements Comments {
  readonly comments: Comment[] = []
  writes = 0

  list(): Promise<readonly Comment[]> {
    return Promise.resolve([...this.comments])
  }

  create(text: string): Promise<void> {
    this.writes++
    this.comments.push(by(BOT, this.comments.length + 1, text))
    return Promise.resolve()
  }

  update(id: number, text: string): Promise<void> {
    this.writes++
    this.comments[id - 1] = by(BOT, id, text)
    return Promise.resolve()
  }
}

test('however often it is posted there is one comment, and it is written when it says something new', async () => {
  const comments = new Memory()
  expect(await upsertReview(comments, BOT, body('x'))).toBe('created')
  expect(await upsertReview(comments, BOT, body('x'))).toBe('unchanged')
  expect(await upsertReview(comments, BOT, body('y'))).toBe('updated')
  expect(await upsertReview(comments, BOT, body('y'))).toBe('unchanged')
  expect(comments).toMatchObject({ writes: 2, comments: [{ id: 1, body: body('y') }] })
})
