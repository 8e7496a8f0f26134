import { Failure } from '../../base/failure.ts'
import { Malformed } from '../format/decode-json.ts'

/** Returns undefined where something is missing, damaged or malformed. */
export async function tolerant<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Failure || error instanceof Malformed) return undefined
    throw error
  }
}
