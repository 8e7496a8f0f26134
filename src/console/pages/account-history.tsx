import { momentText } from '../../base/parse-moment.ts'
import { type LogEntry, logOf } from '../../ask/log/account-log.ts'
import type { Question } from '../../ask/answer-question.ts'
import type { Page, PageRequest } from '../page.ts'
import { shownText, shownValue } from '../parts/shown.ts'
import { LONGEST_LIST, Note, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'

/** Every commit that changed an answer of an account, as `tenfold log` has it. */
export async function accountHistoryPage({ workspace, params, url }: PageRequest): Promise<Page> {
  const { id = '' } = params
  const name = url.searchParams.get('function') ?? ''
  const field = url.searchParams.get('field') ?? ''
  const question: Question = name === '' ? { is: 'everything' } : { is: 'function', name }
  const notes: string[] = []
  const { entries, known } = await logOf(workspace.config, id, question, {
    note: (text) => notes.push(text),
    ...(field !== '' && { field }),
  })
  const { account } = await workspace.account(id)
  return {
    title: `${id}: ${WORDS.sidebar.history}`,
    account: { id, plan: account?.plan ?? null },
    body: (
      <>
        <form class="asked" method="get" action={`/accounts/${encodeURIComponent(id)}/history`}>
          <label>
            {WORDS.history.function}{' '}
            <select name="function">
              <option value="">{WORDS.history.everything}</option>
              {Object.keys(known.functions).map((one) => (
                <option value={one} selected={one === name}>
                  {shownText(one)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {WORDS.history.field} <input name="field" value={field} placeholder="model" autocomplete="off" />
          </label>
          <button type="submit">{WORDS.account.show}</button>
        </form>
        {notes.map((note) => (
          <Note is="info">{shownText(note)}</Note>
        ))}
        <Table
          caption={WORDS.sidebar.history}
          head={WORDS.history.head}
          rows={entries.slice(0, LONGEST_LIST).flatMap(rowsOf)}
        />
        {entries.length > LONGEST_LIST && <p class="more">{WORDS.more(entries.length - LONGEST_LIST)}</p>}
      </>
    ),
  }
}

function rowsOf({ commit, seconds, author, subject, changes }: LogEntry) {
  return changes.slice(0, LONGEST_LIST).map((change, i) => [
    i === 0 ? (
      <>
        <code>{commit.slice(0, 8)}</code> {momentText(seconds).slice(0, 10)}
        <br />
        <span class="by">
          {shownText(author.replace(/ <[^>]*>$/, ''))}: {shownText(subject)}
        </span>
      </>
    ) : (
      ''
    ),
    shownText(change.field),
    shownValue(change.old),
    shownValue(change.new),
    shownText(change.layer),
  ])
}
