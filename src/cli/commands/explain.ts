import { type CommonFlags, type ExitCode } from '../io.ts'

export async function explain(_id: string, _name: string | undefined, _flags: CommonFlags): Promise<ExitCode> {
  return 70
}
