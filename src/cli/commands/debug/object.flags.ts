import { defineCommand } from '../command-spec.ts'

export const debugObject = defineCommand({
  name: 'object',
  description: 'print one object of a store in a folder, decoded; whoever signed the store does not matter',
  formats: ['json'],
  arguments: [['<ref>', 'a reference, or the beginning of a digest in hexadecimal, or head']],
  options: {
    store: { value: '<dir>', description: 'the folder of the store', default: '.tenfold/store' },
  },
})
