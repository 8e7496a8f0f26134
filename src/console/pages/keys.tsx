import type { Page, PageRequest } from '../page.ts'
import { Problems } from '../parts/problems.tsx'
import { shownText } from '../parts/shown.ts'
import { Note, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'

/** The platform's keys by name: who uses each, and whether the root of trust permits it. Never a value. */
export async function keysPage({ workspace }: PageRequest): Promise<Page> {
  const { common } = await workspace.globals()
  const store = await workspace.release().catch(() => undefined)
  const { settings, trust, functions = {}, vocabulary } = common.context.known
  const providers = Object.entries(settings?.providers ?? {})
  const usedBy = (name: string): string => {
    const kind = vocabulary?.providers[name]?.kind
    const selected = kind === undefined ? undefined : settings?.sections[kind]?.provider
    if (selected !== name) return WORDS.keys.accountsAlone
    const names = Object.entries(functions).flatMap(([each, spec]) => (spec.kind === kind ? [each] : []))
    return names.map(shownText).join(', ')
  }
  const permits = (name: string, secret: string): string => {
    if (trust === undefined || trust.problem !== undefined) return WORDS.keys.noRoot
    return trust.secrets[name]?.includes(secret) === true ? WORDS.keys.permitted : WORDS.keys.notPermitted
  }
  return {
    title: WORDS.sidebar.keys,
    body: (
      <>
        <Problems diagnostics={common.diagnostics} />
        <Note is="info">
          <p>{WORDS.keys.help}</p>
        </Note>
        <Table
          caption={WORDS.sidebar.keys}
          head={WORDS.keys.head}
          rows={providers.map(([name, { secret }]) => [
            shownText(secret),
            shownText(name),
            usedBy(name),
            permits(name, secret),
          ])}
        />
        <p>
          {store === undefined
            ? WORDS.releases.none
            : store.release.secrets === null
              ? WORDS.keys.notSealed(store.release.seq)
              : WORDS.keys.sealed(store.release.seq)}
        </p>
        <h2>{WORDS.keys.rotate}</h2>
        <ol>
          {WORDS.keys.steps.map((step) => (
            <li>{step}</li>
          ))}
        </ol>
      </>
    ),
  }
}
