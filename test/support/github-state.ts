import { isObject } from '../../src/store/format/decode-json.ts'
import { Shapes } from './github-shapes.ts'

export interface Pull {
  readonly number: number
  readonly head: string
  readonly base: string
  readonly sha: string
  readonly baseSha: string
  readonly user: string
  /** `OWNER/NAME` of the fork that it comes from; null where that is gone; the repository itself if left out. */
  readonly from?: string | null
  state: 'open' | 'closed'
  merged: boolean
  title: string
  body: string | null
}

export interface Comment {
  readonly id: number
  readonly pull: number
  readonly user: string
  body: string
}

/** What GitHub knows. The test holds it, and changes it as people on the site would. */
export interface State {
  owner: string
  repo: string
  /** Names that the repository had before. */
  readonly formerly: string[]
  /** Whose each token is; another one is refused. */
  readonly tokens: Map<string, string>
  readonly pulls: Pull[]
  readonly comments: Comment[]
  /** As on Gitea, which knows none of the parameters by which a list is filtered: it gives all that there are. */
  isDeaf?: boolean
  /** The commit that a branch of the real repository is at. */
  shaOf(branch: string): Promise<string | undefined>
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly token: string | undefined
}

export interface Told {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const DOCS = 'https://docs.github.com/rest'
const BAD_CREDENTIALS: Told = {
  status: 401,
  body: { message: 'Bad credentials', documentation_url: DOCS, status: '401' },
}
const NOT_FOUND: Told = { status: 404, body: { message: 'Not Found', documentation_url: DOCS, status: '404' } }

/** What GitHub does with a request, and what it says. */
export async function answer(state: State, asked: Asked, api: string): Promise<Told> {
  const user = state.tokens.get(asked.token ?? '')
  if (user === undefined) return BAD_CREDENTIALS
  const { method, path } = asked
  const shapes = new Shapes(api, state.owner, state.repo)
  if (`${method} ${path}` === 'GET /user') return { status: 200, body: shapes.self(user) }
  const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(path) ?? []
  if (state.formerly.includes(name)) {
    const location = `${api}/repos/${state.owner}/${state.repo}${rest}`
    const body = { message: 'Moved Permanently', url: location, documentation_url: DOCS }
    return { status: method === 'GET' ? 301 : 307, headers: { location }, body }
  }
  if (name !== `${state.owner}/${state.repo}`) return NOT_FOUND
  const [, number] = /^\/(?:pulls|issues|issues\/comments)\/(\d+)/.exec(rest) ?? []
  const route = `${method} ${rest.replace(/\d+/, 'N')}`
  const at = Number(number)
  if (route === 'GET ') return { status: 200, body: shapes.repository() }
  if (route === 'GET /pulls') return pullsOf(state, asked, api, shapes)
  if (route === 'POST /pulls') return createPull(state, asked, user, shapes)
  if (route === 'GET /issues/N/comments') return commentsOf(state, at, asked, api, shapes)
  if (route === 'POST /issues/N/comments') {
    if (!state.pulls.some((pull) => pull.number === at)) return NOT_FOUND
    const comment: Comment = { id: 5000 + state.comments.length, pull: at, user, body: text(asked.body, 'body') ?? '' }
    state.comments.push(comment)
    return { status: 201, body: shapes.comment(comment) }
  }
  if (route === 'PATCH /issues/comments/N') {
    const comment = state.comments.find(({ id }) => id === at)
    if (comment === undefined) return NOT_FOUND
    comment.body = text(asked.body, 'body') ?? comment.body
    return { status: 200, body: shapes.comment(comment) }
  }
  const pull = state.pulls.find((one) => one.number === at)
  if (pull === undefined || !/^(GET|PATCH) \/pulls\/N$/.test(route)) return NOT_FOUND
  if (method === 'PATCH') {
    pull.title = text(asked.body, 'title') ?? pull.title
    pull.body = text(asked.body, 'body') ?? pull.body
    if (text(asked.body, 'state') === 'closed') pull.state = 'closed'
  }
  return { status: 200, body: shapes.pull(pull) }
}

function pullsOf(state: State, asked: Asked, api: string, shapes: Shapes): Told {
  const { head, base, state: wanted = 'open' } = asked.query
  const found =
    state.isDeaf === true
      ? [...state.pulls]
      : state.pulls.filter((pull) => {
          if (wanted !== 'all' && pull.state !== wanted) return false
          if (base !== undefined && pull.base !== base) return false
          return head === undefined || head === `${(pull.from ?? state.owner).split('/')[0]}:${pull.head}`
        })
  return page(found.reverse(), asked, api, (pull) => shapes.pullInList(pull))
}

function page<T>(all: readonly T[], { query, path }: Asked, api: string, shape: (one: T) => unknown): Told {
  const [size, at] = [Number(query['per_page'] ?? 30), Number(query['page'] ?? 1)]
  const next = new URLSearchParams({ ...query, page: String(at + 1) }).toString()
  const headers = all.length > at * size ? { link: `<${api}${path}?${next}>; rel="next"` } : {}
  return { status: 200, body: all.slice((at - 1) * size, at * size).map(shape), headers }
}

async function createPull(state: State, { body }: Asked, user: string, shapes: Shapes): Promise<Told> {
  const [head = '', base = '', title = ''] = ['head', 'base', 'title'].map((name) => text(body, name) ?? '')
  const [sha, baseSha] = [await state.shaOf(head), await state.shaOf(base)]
  const invalid = (error: object): Told => {
    const errors = [{ resource: 'PullRequest', ...error }]
    return { status: 422, body: { message: 'Validation Failed', errors, documentation_url: DOCS } }
  }
  if (sha === undefined) return invalid({ field: 'head', code: 'invalid' })
  if (baseSha === undefined) return invalid({ field: 'base', code: 'invalid' })
  if (sha === baseSha) return invalid({ code: 'custom', message: `No commits between ${base} and ${head}` })
  const isOurs = (pull: Pull): boolean => pull.from === undefined && pull.state === 'open'
  if (state.pulls.some((pull) => isOurs(pull) && pull.head === head && pull.base === base)) {
    return invalid({ code: 'custom', message: `A pull request already exists for ${state.owner}:${head}.` })
  }
  const number = state.pulls.length + 1
  const pull: Pull = {
    number,
    head,
    base,
    sha,
    baseSha,
    user,
    state: 'open',
    merged: false,
    title,
    body: text(body, 'body') ?? null,
  }
  state.pulls.push(pull)
  return { status: 201, body: shapes.pull(pull) }
}

function commentsOf(state: State, number: number, asked: Asked, api: string, shapes: Shapes): Told {
  const all = state.comments.filter(({ pull }) => state.isDeaf === true || pull === number)
  return page(all, asked, api, (comment) => shapes.comment(comment))
}

function text(body: unknown, name: string): string | undefined {
  const found = isObject(body) ? body[name] : undefined
  return typeof found === 'string' ? found : undefined
}
