import { Failure } from '../../base/failure.ts'
import { settingIn } from '../remote-settings.ts'

/**
 * Returns the author that git would name; on a runner, where git knows none, the user who started it. @throws {Failure}
 */
export async function authorIn(folder: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const actor = env['GITHUB_ACTOR'] ?? ''
  const usual = actor === '' ? '' : `${actor}@users.noreply.github.com`
  const name = clean(env['GIT_AUTHOR_NAME'] || (await settingIn(folder, 'user.name')) || actor)
  const email = clean(env['GIT_AUTHOR_EMAIL'] || (await settingIn(folder, 'user.email')) || usual)
  if (name !== '' && email !== '') return `${name} <${email}>`
  const help = 'run git config user.name "Your Name", and the same for user.email'
  throw new Failure('world', 'git does not know who you are', help)
}

/** Removes what would end the name, or the line, in git's own format. */
function clean(text: string): string {
  return text.replace(/[<>\0-\x1f]/g, '').trim()
}
