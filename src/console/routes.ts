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
  { path: '/accounts', subject: forEverybody, page: accountsPage },
  { path: '/accounts/:id', subject: ofAccount, page: accountPage },
  { path: '/accounts/:id/prompts', subject: ofAccount, page: accountPromptsPage },
  {
    path: '/accounts/:id/profiles',
    subject: ofAccount,
    page: (request) => accountRecordsPage(request, 'author_profiles'),
  },
  {
    path: '/accounts/:id/strategies',
    subject: ofAccount,
    page: (request) => accountRecordsPage(request, 'strategies'),
  },
  { path: '/accounts/:id/history', subject: ofAccount, page: accountHistoryPage },
  { path: '/settings', subject: forEverybody, page: settingsPage },
  { path: '/keys', subject: forEverybody, page: keysPage },
  { path: '/prompts', subject: forEverybody, page: promptsPage },
  { path: '/prompts/:type', subject: forEverybody, page: promptPage },
  { path: '/profiles', subject: forEverybody, page: (request) => recordsPage(request, 'author_profiles') },
  { path: '/strategies', subject: forEverybody, page: (request) => recordsPage(request, 'strategies') },
  { path: '/models', subject: forEverybody, page: modelsPage },
  { path: '/proposals', subject: forEverybody, page: proposalsPage },
  { path: '/proposals/:name', subject: forEverybody, page: proposalPage },
  { path: '/help', subject: forEverybody, page: helpPage },
  { path: '/releases', subject: forEverybody, page: releasesPage },
]
