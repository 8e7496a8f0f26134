import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, codeOf, fileFailure } from '../../../base/failure.ts'
import { describeObject } from '../../../store/describe-object.ts'
import { readHead } from '../../../store/format/release-manifest.ts'
import { hexOf, isRef, toObject } from '../../../store/format/object-ref.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, outJson } from '../../io.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { debugObject } from './object.flags.ts'

/** Prints the content of an object. Nothing is verified except that its bytes match its name. */
export async function object(ref: string, flags: FlagsOf<typeof debugObject>, io: CommandIo): Promise<ExitCode> {
  formatOf(flags, ['json'], 'json')
  const folder = flags.store.replace(/^file:/, '')
  if (ref === 'head') {
    const { bytes: _bytes, payload: _payload, ...content } = readHead(read(join(folder, 'head.json')))
    outJson(io, { kind: 'head', content })
    return 0
  }
  const digest = digestOf(folder, ref)
  const bytes = read(join(folder, 'objects', digest.slice(0, 2), digest))
  const stored = toObject(bytes)
  outJson(io, { ref: stored.ref, digest, isWhole: hexOf(stored.ref) === digest, ...describeObject(bytes) })
  return 0
}

/** @throws {Failure} when no object of the store matches, or several do. */
function digestOf(folder: string, ref: string): string {
  if (/^[0-9a-f]{4,64}$/.test(ref)) return onlyOne(folder, ref)
  const isOne: boolean = isRef(ref)
  if (isOne) return hexOf(ref)
  const help = 'write 49 characters as in the store, 4 to 64 hexadecimal digits, or head'
  throw new Failure('usage', `"${ref}" is no reference`, help)
}

function onlyOne(folder: string, start: string): string {
  const found = namesIn(join(folder, 'objects', start.slice(0, 2))).filter((name) => name.startsWith(start))
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const how = found.length === 0 ? 'no object' : `${found.length} objects`
  const help = 'write more of the digest, or name the store with --store DIR'
  throw new Failure(
    'usage',
    `there ${found.length > 1 ? 'are' : 'is'} ${how} in ${folder} that begins with ${start}`,
    help,
  )
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw fileFailure(error, `cannot read ${folder}`)
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw fileFailure(error, `cannot read ${file}`)
  }
}
