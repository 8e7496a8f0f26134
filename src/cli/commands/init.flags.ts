import { defineCommand } from './command-spec.ts'

export const initCommand = defineCommand({
  name: 'init',
  description: 'a new configuration repository with workflows, pinned to this version',
  formats: ['pretty', 'json'],
  arguments: [['<dir>', 'an empty folder, or one that is not there yet']],
  options: {
    from: { value: '<tarball>', description: 'the program to pin, as `npm pack` made it (default: this one)' },
    forge: { value: '<forge>', description: 'whose pipelines it gets: github, gitlab (default: github)' },
  },
})
