import { StoreFailure } from '../../../base/failure.ts'
import { causeFrom } from '../../../base/describe-thrown.ts'
import { CREDENTIALS } from './bucket-place.ts'

/** A key of AWS, or of a server that speaks its protocol. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of a temporary key. */
  readonly sessionToken?: string | undefined
}

/** Returns a key for the requests from now on. */
export type CredentialSource = () => AwsCredentials | Promise<AwsCredentials>

/** Reads a key from the environment. @throws {StoreFailure} */
export function credentialsIn(env: Readonly<Record<string, string | undefined>>): AwsCredentials {
  const [accessKeyId, secretAccessKey] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((name) => {
    const value = env[name]
    if (value === undefined || value === '') {
      throw new StoreFailure('unreadable', `${name} is not set`, {
        help: `${CREDENTIALS}; a public bucket is read by its https: URL`,
      })
    }
    return value
  })
  const sessionToken = env['AWS_SESSION_TOKEN'] || undefined
  return checked({ accessKeyId, secretAccessKey, sessionToken })
}

/** Gets a key from its source. @throws {StoreFailure}; no message shows any part of it. */
export async function credentialsFrom(source: CredentialSource): Promise<AwsCredentials> {
  let given: unknown
  try {
    given = await source()
  } catch (error) {
    if (error instanceof StoreFailure) throw error
    throw new StoreFailure('unreadable', 'the function `credentials` failed', {
      help: 'correct it: what it threw is the cause',
      cause: causeFrom(error),
    })
  }
  if (typeof given === 'object' && given !== null) return checked(given)
  throw new StoreFailure('wrong-option', 'what `credentials` gives is no object with a key')
}

/** Whatever goes into a header must not end it. */
function checked(given: object): AwsCredentials {
  const { accessKeyId, secretAccessKey, sessionToken }: Partial<Record<keyof AwsCredentials, unknown>> = given
  if (!fits(accessKeyId)) throw unusable('access key id')
  if (!fits(secretAccessKey)) throw unusable('secret access key')
  if (sessionToken !== undefined && !fits(sessionToken)) throw unusable('session token')
  return { accessKeyId, secretAccessKey, sessionToken }
}

function fits(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

function unusable(what: string): StoreFailure {
  return new StoreFailure('unreadable', `the ${what} for the bucket is no text of letters, digits and signs`, {
    help: 'set it without quotes, spaces and line breaks',
  })
}
