import { keepDraft, keepDrafts } from './drafts/draft-actions.ts'
import { draftPage, draftsPage } from './drafts/draft-pages.tsx'
import { keepAccount } from './edit/account-form.tsx'
import { accountPromptPage, keepAccountPrompt, keepRebase, rebasePage } from './edit/account-prompt-pages.tsx'
import { accountRecordPage, findRecord, keepAccountRecord } from './edit/account-record-pages.tsx'
import { keepBulkFields } from './edit/bulk-fields.tsx'
import { keepBulkPrompts } from './edit/bulk-prompts.tsx'
import { createPage, keepCreated } from './edit/create-pages.tsx'
import { editPage, editSettingsPage, keepEdit, keepSettings } from './edit/global-pages.tsx'
import { keepRollBack } from './edit/roll-back.tsx'
import { functionsPage } from './pages/functions.tsx'
import { accountPage } from './pages/account.tsx'
import { accountHistoryPage } from './pages/account-history.tsx'
import { accountPromptsPage } from './pages/account-prompts.tsx'
import { accountRecordsPage } from './pages/account-records.tsx'
import { accountsPage } from './pages/accounts.tsx'
import { homePage } from './pages/home.tsx'
import { helpPage } from './pages/help.tsx'
import { keysPage } from './pages/keys.tsx'
import { modelsPage } from './pages/models.tsx'
import { proposalPage, proposalsPage } from './pages/proposals.tsx'
import { releasesPage } from './pages/releases.tsx'
import { promptPage, promptsPage } from './pages/prompts.tsx'
import { recordsPage } from './pages/records.tsx'
import { settingsPage } from './pages/settings.tsx'
import { type Route, forEverybody, ofAccount } from './page.ts'

/** Every page, by its path. */
export const ROUTES: readonly Route[] = [
  { path: '/', subject: forEverybody, page: homePage },
  { path: '/accounts', subject: forEverybody, page: accountsPage, action: keepBulkFields },
  { path: '/accounts/:id', subject: ofAccount, page: accountPage, action: keepAccount },
  { path: '/accounts/:id/prompts', subject: ofAccount, page: accountPromptsPage },
  { path: '/accounts/:id/prompts/:type', subject: ofAccount, page: accountPromptPage, action: keepAccountPrompt },
  { path: '/accounts/:id/prompts/:type/rebase', subject: ofAccount, page: rebasePage, action: keepRebase },
  {
    path: '/accounts/:id/profiles',
    subject: ofAccount,
    page: (request) => accountRecordsPage(request, 'author_profiles'),
    action: (request) => findRecord(request, 'author_profiles'),
  },
  {
    path: '/accounts/:id/profiles/:name',
    subject: ofAccount,
    page: (request) => accountRecordPage(request, 'author_profiles'),
    action: (request) => keepAccountRecord(request, 'author_profiles'),
  },
  {
    path: '/accounts/:id/strategies',
    subject: ofAccount,
    page: (request) => accountRecordsPage(request, 'strategies'),
    action: (request) => findRecord(request, 'strategies'),
  },
  {
    path: '/accounts/:id/strategies/:name',
    subject: ofAccount,
    page: (request) => accountRecordPage(request, 'strategies'),
    action: (request) => keepAccountRecord(request, 'strategies'),
  },
  { path: '/accounts/:id/history', subject: ofAccount, page: accountHistoryPage },
  { path: '/settings', subject: forEverybody, page: settingsPage },
  { path: '/keys', subject: forEverybody, page: keysPage },
  { path: '/prompts', subject: forEverybody, page: promptsPage },
  { path: '/prompts/:type', subject: forEverybody, page: promptPage, action: keepBulkPrompts },
  { path: '/profiles', subject: forEverybody, page: (request) => recordsPage(request, 'author_profiles') },
  { path: '/strategies', subject: forEverybody, page: (request) => recordsPage(request, 'strategies') },
  { path: '/models', subject: forEverybody, page: modelsPage },
  { path: '/functions', subject: forEverybody, page: functionsPage },
  { path: '/edit/settings', subject: forEverybody, page: editSettingsPage, action: keepSettings },
  { path: '/edit/:collection/:name', subject: forEverybody, page: editPage, action: keepEdit },
  { path: '/new/:collection', subject: forEverybody, page: createPage, action: keepCreated },
  { path: '/drafts', subject: forEverybody, page: draftsPage, action: keepDrafts },
  { path: '/drafts/:id', subject: forEverybody, page: draftPage, action: keepDraft },
  { path: '/proposals', subject: forEverybody, page: proposalsPage },
  { path: '/proposals/:name', subject: forEverybody, page: proposalPage },
  { path: '/help', subject: forEverybody, page: helpPage },
  { path: '/releases', subject: forEverybody, page: releasesPage, action: keepRollBack },
]
