import type { Command } from 'commander'
import { formats } from '../../report/formats.ts'
import { type Call, FOR_READER, command } from './command.ts'

/** The commands that say what a configuration is, what it gives, and what a change of it would. */
export function addJudging(program: Command, { end, ioFor }: Call): void {
  command(program, 'check', 'parse, validate, link and lint the configuration', formats)
    .option('--at <rev>', 'judge a revision instead of the working tree')
    .option('--staged', 'judge what is about to be committed instead of the working tree')
    .option('--since <rev>', 'report what changed files say, and what is new elsewhere since the revision')
    .option('--policy <rev|dir>', 'take plans, models, tenfold.yaml and trust from a trusted revision or checkout')
    .option('--fix', 'apply the fixes that keep the meaning')
    .option('--max-warnings <n>', 'fail when there are more warnings than this')
    .allowExcessArguments()
    .action(async (flags, { args }) =>
      end(await (await import('../commands/review/check.ts')).check(args, flags, ioFor(flags))),
    )

  command(program, 'get', 'what a service would get', ['json', 'pretty'])
    .argument('<account>', 'the account id')
    .argument('[function]', 'the function')
    .option('--prompt <type>', 'a prompt instead of a function')
    .option('--plan <plan>', 'the live plan: what it forbids is not applied')
    .option('--at <when>', 'answer from the past: a revision, a day (its end, in UTC), or seq:N of a store')
    .option('--store <url>', 'read a store instead of the configuration')
    .option('--trust <file>', 'the root of trust for that store; the configuration’s own if left out')
    .action(async (account, name, flags) => {
      end(await (await import('../commands/ask/get.ts')).get(account, name, flags, ioFor(flags)))
    })

  const layers = 'every layer of every field: value, file:line, commit, author, which won'
  command(program, 'explain', layers, ['pretty', 'json'], FOR_READER)
    .argument('<account>', 'the account id')
    .argument('[function]', 'the function; all of them if left out')
    .action(async (account, name, flags) => {
      end(await (await import('../commands/ask/explain.ts')).explain(account, name, flags, ioFor(flags)))
    })

  command(
    program,
    'log',
    'every commit that changed what an account gets: old, new, author, layer',
    ['pretty', 'json'],
    FOR_READER,
  )
    .argument('<account>', 'the account id')
    .argument('[function]', 'one function; everything that the account gets if left out')
    .option('--prompt <type>', 'a prompt instead of a function')
    .option('--field <field>', 'one field: functions.generate_content.model, or model')
    .option('--since <date>', 'from a day on (2026-01-31, in UTC), or a time')
    .action(async (account, name, flags) => {
      end(await (await import('../commands/ask/log.ts')).log(account, name, flags, ioFor(flags)))
    })

  command(
    program,
    'find',
    'accounts by their answers: openai.model=gpt-4 plan:growth "generate_content.temperature>1"',
    ['pretty', 'json'],
  )
    .argument('<query...>', 'conditions that all have to be met; quote those with < and >')
    .option('--at <rev>', 'look into a revision instead of the working tree')
    .action(async (query, flags) =>
      end(await (await import('../commands/ask/find.ts')).find(query, flags, ioFor(flags))),
    )

  command(program, 'status', 'what HEAD, the working tree and a store say, and what lies between', ['pretty', 'json'])
    .option('--store <url>', 'the store (default: the embedded one)')
    .option('--trust <file>', 'the root of trust for that store; the configuration’s own if left out')
    .action(async (flags) => end(await (await import('../commands/ask/status.ts')).status(flags, ioFor(flags))))

  const difference = 'the resolved difference between two revisions: which accounts get what other answers'
  command(program, 'diff', difference, ['pretty', 'json'], FOR_READER)
    .argument('<base>', 'the revision to compare with')
    .argument('[head]', 'the revision to compare (default: the working tree)')
    .action(async (base, head, flags) =>
      end(await (await import('../commands/review/diff.ts')).diff(base, head, flags, ioFor(flags))),
    )

  const review = 'what a change does to answers, for a reviewer: the Markdown of a pull-request comment'
  command(program, 'review', review, ['markdown', 'json', 'pretty'])
    .option('--base <rev>', 'the revision to compare with (with --post, the branch that the pull request is for)')
    .option('--head <rev>', 'the revision under review (default: the working tree)')
    .option('--post', 'keep it as the one comment of the pull request')
    .option(
      '--pull <number>',
      'the pull request to comment on (default: the workflow’s own, else the open one with --head)',
    )
    .action(async (flags) => end(await (await import('../commands/review/review.ts')).review(flags, ioFor(flags))))
}
