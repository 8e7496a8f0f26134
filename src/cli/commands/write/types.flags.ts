import { defineCommand } from '../command-spec.ts'

export const typesCommand = defineCommand({
  name: 'types',
  description: 'write the types of this configuration: functions, parameters, prompts and their variables',
  formats: ['pretty'],
  arguments: [],
  options: {
    out: { value: '<file>', description: 'the file to write; stdout if left out' },
    lang: { value: '<lang>', description: 'ts or python', default: 'ts' },
  },
})
