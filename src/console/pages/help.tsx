import type { Page } from '../page.ts'
import { Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'

/** The keys of the keyboard, and how to switch them off: WCAG 2.2, 2.1.4. */
export async function helpPage(): Promise<Page> {
  return {
    title: WORDS.help.title,
    body: (
      <>
        <p>{WORDS.help.text}</p>
        <Table
          caption={WORDS.help.title}
          head={WORDS.help.head}
          rows={WORDS.help.rows.map(([key, does]) => [<kbd>{key}</kbd>, does])}
        />
        <p>
          <label>
            <input type="checkbox" id="keys-off" /> {WORDS.help.off}
          </label>
        </p>
      </>
    ),
  }
}
