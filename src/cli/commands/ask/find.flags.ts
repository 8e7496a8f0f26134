import { defineCommand } from '../command-spec.ts'

export const findCommand = defineCommand({
  name: 'find',
  description: 'accounts by their answers: openai.model=gpt-4 plan:growth "generate_content.temperature>1"',
  formats: ['pretty', 'json'],
  arguments: [['<query...>', 'conditions that all have to be met; quote those with < and >']],
  options: { at: { value: '<rev>', description: 'look into a revision instead of the working tree' } },
})
