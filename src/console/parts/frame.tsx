import type { ComponentChildren, VNode } from 'preact'
import { DraftBar, type DraftBarFacts } from '../drafts/draft-bar.tsx'
import { shownText } from './shown.ts'
import type { AccountInFrame, Page } from '../page.ts'
import { WORDS } from '../words.ts'

interface FrameProps {
  readonly page: Page
  readonly path: string
  /** What was searched for, where this is a search. */
  readonly query: string
  /** The draft that is being worked on; undefined where nothing can be changed. */
  readonly bar: DraftBarFacts | undefined
  /** What style sheets of the script have to carry. */
  readonly nonce: string
}

/** The whole document: skip link, search, sidebar, and the page. */
export function Frame({ page, path, query, bar, nonce }: FrameProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${shownText(page.title)} · ${WORDS.title}`}</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="/icon.svg" />
        <meta name="style-nonce" content={nonce} />
        <script type="module" src="/script.js" />
      </head>
      <body>
        <a class="skip" href="#content">
          {WORDS.skip}
        </a>
        <header>
          <a class="brand" href="/">
            {WORDS.title}
          </a>
          <form role="search" action="/accounts" method="get">
            <label class="hidden" for="search">
              {WORDS.search.label}
            </label>
            <input
              id="search"
              name="q"
              type="search"
              value={query}
              placeholder={WORDS.search.placeholder}
              autocomplete="off"
            />
            <button type="submit">{WORDS.search.button}</button>
          </form>
          <a href="/help">{WORDS.sidebar.help}</a>
        </header>
        <div class="columns">
          <Sidebar path={path} account={page.account} />
          <main id="content" tabindex={-1}>
            <h1>{shownText(page.title)}</h1>
            {page.body}
          </main>
        </div>
        {bar !== undefined && <DraftBar facts={bar} />}
      </body>
    </html>
  )
}

const EVERYBODY: readonly (readonly [path: string, label: string])[] = [
  ['/', WORDS.sidebar.home],
  ['/settings', WORDS.sidebar.settings],
  ['/keys', WORDS.sidebar.keys],
  ['/prompts', WORDS.sidebar.prompts],
  ['/profiles', WORDS.sidebar.profiles],
  ['/strategies', WORDS.sidebar.strategies],
  ['/models', WORDS.sidebar.models],
  ['/functions', WORDS.sidebar.functions],
  ['/drafts', WORDS.draft.list],
  ['/proposals', WORDS.sidebar.proposals],
  ['/releases', WORDS.sidebar.releases],
]

const OF_ACCOUNT: readonly (readonly [path: string, label: string])[] = [
  ['', WORDS.sidebar.selection],
  ['/prompts', WORDS.sidebar.customPrompts],
  ['/profiles', WORDS.sidebar.ownProfiles],
  ['/strategies', WORDS.sidebar.ownStrategies],
  ['/history', WORDS.sidebar.history],
]

function Sidebar({ path, account }: { readonly path: string; readonly account: AccountInFrame | undefined }): VNode {
  return (
    <nav aria-label="Pages">
      <h2>{WORDS.sidebar.everybody}</h2>
      <ul>
        {EVERYBODY.map(([to, label]) => (
          <Item to={to} isHere={to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`)}>
            {label}
          </Item>
        ))}
      </ul>
      {account !== undefined && (
        <>
          <h2>
            {shownText(account.id)}{' '}
            <span class="plan">
              {account.plan === undefined ? WORDS.sidebar.opaque : (account.plan ?? WORDS.sidebar.noFile)}
            </span>
          </h2>
          <ul>
            {OF_ACCOUNT.map(([below, label]) => {
              const to = `/accounts/${encodeURIComponent(account.id)}${below}`
              return (
                <Item to={to} isHere={path === to}>
                  {label}
                </Item>
              )
            })}
          </ul>
        </>
      )}
    </nav>
  )
}

interface ItemProps {
  readonly to: string
  readonly isHere: boolean
  readonly children: ComponentChildren
}

function Item({ to, isHere, children }: ItemProps): VNode {
  return (
    <li>
      <a href={to} aria-current={isHere ? 'page' : undefined}>
        {children}
      </a>
    </li>
  )
}
