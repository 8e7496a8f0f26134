import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('yaml/conflict-marker', () => {
  it('passes what only looks like a marker', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        # <<<<<<<
        strategies:
          a: { name: "=======", description: "<<<<<<< HEAD" }
          b:
            name: B
            description: |
              A heading
              =======
      `,
    })
  })

  it('reports a conflict once, at its first marker, and nothing else of the file', async () => {
    await lint({
      [FILE]: `
        id: acme
        <<<<<<< HEAD
        ^^^^^^^ error[yaml/conflict-marker]
        plan: growth
        ||||||| base
        plan: starter
        =======
        plan: free
        >>>>>>> theirs
      `,
    })
  })

  it('reports each of two conflicts, and a marker left over from one', async () => {
    await lint({
      [FILE]: `
        <<<<<<< HEAD
        ^^^^^^^ error[yaml/conflict-marker]
        id: acme
        =======
        id: acne
        >>>>>>> theirs
        plan: growth
        >>>>>>> theirs
        ^^^^^^^ error[yaml/conflict-marker]
        <<<<<<< HEAD
        ^^^^^^^ error[yaml/conflict-marker]
      `,
    })
  })

  it('finds them in a file with Windows line ends', async () => {
    const text = 'id: acme\r\n<<<<<<< HEAD\r\nplan: free\r\n=======\r\nplan: growth\r\n>>>>>>> theirs\r\n'
    await lint({ [FILE]: text }, { also: [`error[yaml/conflict-marker] ${FILE}:2:1-2:8`] })
  })

  it('leaves a global file opaque: what depends on it is not reported', async () => {
    await lint(
      {
        'models.yaml': '<<<<<<< HEAD\nmodels: {}\n',
        [FILE]: 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-9 } }\n',
      },
      { also: ['error[yaml/conflict-marker] models.yaml:1:1-1:8'] },
    )
  })
})
