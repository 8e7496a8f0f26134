import type { Page } from '../page.ts'
import { WORDS } from '../words.ts'

/** What is not there, or is none of the names that a page may have. */
export const NOT_FOUND: Page = { title: WORDS.notFound, status: 404, body: <p>{WORDS.notFound}</p> }
