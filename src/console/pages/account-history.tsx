import type { ComponentChildren } from 'preact'
import { momentText } from '../../base/parse-moment.ts'
import { type LogEntry, logOf } from '../../ask/log/account-log.ts'
import { refuseUnknown, refuseUnknownField } from '../../ask/refuse-unknown.ts'
import type { Question } from '../../ask/answer-question.ts'
import { type Page, type PageRequest, inFrame } from '../page.ts'
import { Values } from '../parts/difference.tsx'
import { shownAuthor, shownText } from '../parts/shown.ts'
import { LONGEST_LIST, Note, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'

/** Every commit that changed an answer of an account, as `tenfold log` has it. */
export async function accountHistoryPage({ workspace, params, url }: PageRequest): Promise<Page> {
  const { id = '' } = params
  const name = url.searchParams.get('function') ?? ''
  const field = url.searchParams.get('field') ?? ''
  const question: Question = name === '' ? { is: 'everything' } : { is: 'function', name }
  const notes: string[] = []
  const { entries, known, fields } = await logOf(workspace.config, id, question, {
    note: (text) => notes.push(text),
    ...(field !== '' && { field }),
  })
  // Nothing has changed of what does not exist: that would be no answer.
  refuseUnknown(known, name === '' ? undefined : name)
  if (field !== '') refuseUnknownField(field, fields)
  const one = await workspace.account(id)
  return {
    title: `${id}: ${WORDS.sidebar.history}`,
    account: inFrame(id, one),
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
          rows={entries.slice(0, LONGEST_LIST).map(rowOf)}
        />
        {entries.length > LONGEST_LIST && <p class="more">{WORDS.more(entries.length - LONGEST_LIST)}</p>}
      </>
    ),
  }
}

function rowOf({ commit, seconds, author, subject, changes }: LogEntry): ComponentChildren[] {
  const shown = changes.slice(0, LONGEST_LIST)
  return [
    <code>{commit.slice(0, 8)}</code>,
    <span class="date">{momentText(seconds).slice(0, 10)}</span>,
    shownAuthor(author),
    shownText(subject),
    <ul class="list">
      {shown.map(({ field, old, new: now, layer }) => (
        <li>
          {shownText(field)} <Values old={old} now={now} /> <span class="layer">{shownText(layer)}</span>
        </li>
      ))}
      {changes.length > shown.length && <li class="more">{WORDS.difference.fields(changes.length - shown.length)}</li>}
    </ul>,
  ]
}
