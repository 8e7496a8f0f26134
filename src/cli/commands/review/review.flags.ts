import { defineCommand } from '../command-spec.ts'

export const reviewCommand = defineCommand({
  name: 'review',
  description: 'what a change does to answers, for a reviewer: the Markdown of a pull-request comment',
  formats: ['markdown', 'json', 'pretty'],
  arguments: [],
  options: {
    base: {
      value: '<rev>',
      description: 'the revision to compare with (with --post, the branch that the pull request is for)',
    },
    head: { value: '<rev>', description: 'the revision under review (default: the working tree)' },
    post: { description: 'keep it as the one comment of the pull request' },
    pull: {
      value: '<number>',
      description: 'the pull request to comment on (default: the workflow’s own, else the open one with --head)',
    },
  },
})
