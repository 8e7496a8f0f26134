import { defineCommand } from '../command-spec.ts'

export const schemasCommand = defineCommand({
  name: 'schemas',
  description: 'write the JSON Schemas of this configuration, for editors',
  formats: ['pretty', 'json'],
  arguments: [],
  options: {
    out: { value: '<dir>', description: 'the folder of the schemas', default: 'schemas' },
    check: { description: 'write nothing; exit 1 where they are behind' },
  },
})
