import { resolve } from 'node:path'
import { Failure } from '../../compile/failure.ts'
import { compile } from '../../pipeline.ts'
import { openConfiguration } from '../../pipeline/configuration.ts'
import { openTarget } from '../../publish/open.ts'
import { publish } from '../../publish/publish.ts'
import { FileTarget } from '../../publish/targets/file.ts'
import { type CommonFlags, type ExitCode, JUDGE, formatOf, note, out, outJson, progressOn, renderAside } from '../io.ts'
import { factsOf } from './compile.ts'

interface Flags extends CommonFlags {
  readonly env?: string
  readonly to?: readonly string[]
}

const EMBEDDED = '.tenfold/store'

export async function release(flags: Flags): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  if (flags.env !== undefined && !/^[a-z0-9][a-z0-9_-]{0,62}$/.test(flags.env)) {
    throw new Failure('usage', `"${flags.env}" cannot be an environment`, 'use lower-case letters, digits, - and _')
  }
  const started = performance.now()
  const urls = flags.to ?? [`file:${EMBEDDED}`]
  const targets = urls.map((url) => ({ url, target: openTarget(url) }))
  const configuration = await openConfiguration(flags.config)
  // The first folder among the targets is compiled into, so that it is its own cache; the others get a copy.
  const first = targets.find(({ target }) => target instanceof FileTarget)
  const base = first?.target instanceof FileTarget ? first.target : new FileTarget(resolve(EMBEDDED))
  const progress = progressOn(flags)
  const compiled = await compile(configuration, base, {
    judge: JUDGE,
    issued: new Date().toISOString(),
    note: (text) => note(flags, `note: ${text}`),
    ...(flags.env !== undefined && { environment: flags.env }),
    ...(progress !== undefined && { progress }),
  })
  renderAside(flags, compiled.diagnostics, compiled.files)
  const { emitted } = compiled
  if (emitted === undefined) return 1
  const { seq: _, ...unnumbered } = emitted.release
  const published: { target: string; seq: number }[] = []
  for (const { url, target } of targets) {
    const seq = target === base ? emitted.release.seq : (await publish(base, unnumbered, target)).release.seq
    published.push({ target: url, seq })
  }
  const { seq, environment } = emitted.release
  const facts = {
    store: base.folder === resolve(EMBEDDED) ? EMBEDDED : (first?.url ?? EMBEDDED),
    ...factsOf(emitted), duration_ms: Math.round(performance.now() - started), seq, environment, published,
  }
  note(flags, 'note: nothing is sealed: there are no recipients, so a service reads the keys from its own environment')
  if (format === 'json') outJson(facts)
  else {
    for (const { target, seq: at } of published) {
      out(`released ${facts.accounts} accounts to ${target} as ${environment} ${at}: ${facts.files_parsed} files parsed, ` +
        `${facts.objects_written} objects written\n`)
    }
  }
  return 0
}
