import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Release, readHead, signedPartBytes } from '../../src/store/format/release-manifest.ts'
import { writeConfig } from '../support/config.ts'
import { FaultyServer } from '../support/faulty-http.ts'
import { RegistryServer } from '../support/registry-server.ts'
import { type Ran, commitAll, tenfold } from '../support/run.ts'
import { KEY, S3Server, refuse } from '../support/s3-server.ts'
import { trustFolder } from '../support/trust.ts'

const ACME = 'id: acme\nplan: growth\noverrides: { openai: { temperature: 0.8 } }\n'

async function checkout(): Promise<string> {
  const folder = trustFolder(writeConfig({ 'accounts/acme.yaml': ACME }))
  await commitAll(folder)
  return folder
}

async function change(folder: string, temperature: string): Promise<void> {
  writeConfig({ 'accounts/acme.yaml': ACME.replace('0.8', temperature) }, folder)
  await commitAll(folder)
}

function releaseIn(bytes: Uint8Array | undefined): Release {
  if (bytes === undefined) throw new Error('there is no head')
  return readHead(Buffer.from(bytes)).release
}

const released = (ran: Ran): { seq: number; published: { target: string; seq: number }[] } => JSON.parse(ran.stdout)

test('a bucket, a registry and a folder get one release: the same signed part, byte for byte', async () => {
  const [s3, oci] = [await S3Server.start(), await RegistryServer.start()]
  const folder = await checkout()
  const to = ['--to', oci.url(), '--to', s3.url(), '--to', 'file:copy', '--format', 'json']
  const cores = (): string[] => {
    const head = s3.objects.get('prod/head.json')?.bytes
    const copy = existsSync(join(folder, 'copy')) ? readFileSync(join(folder, 'copy', 'head.json')) : undefined
    const manifest = oci.manifests.get(oci.tags.get('production') ?? '')?.bytes.toString() ?? ''
    const { layers }: { layers: { data: string }[] } = JSON.parse(manifest)
    const inline = Buffer.from(layers[0]?.data ?? '', 'base64')
    return [head, copy, inline].map((bytes) => Buffer.from(signedPartBytes(releaseIn(bytes))).toString())
  }
  for (const [i, temperature] of ['0.8', '0.7', '0.6'].entries()) {
    if (i > 0) await change(folder, temperature)
    const ran = await tenfold(['release', ...to], folder, { ...KEY, HOME: folder })
    expect(ran).toMatchObject({ code: 0 })
    expect(released(ran).published.map(({ seq }) => seq)).toEqual([i + 1, i + 1, i + 1])
    expect(new Set(cores()).size).toBe(1)
  }
  const again = await tenfold(['release', ...to], folder, { ...KEY, HOME: folder })
  expect(released(again).seq).toBe(3)
  for (const store of [s3.url(), oci.url(), 'file:copy']) {
    const ran = await tenfold(['verify', store], folder, { ...KEY, HOME: folder })
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('is whole: production 3') })
    const got = await tenfold(['get', 'acme', 'generate_content', '--store', store], folder, { ...KEY, HOME: folder })
    expect(JSON.parse(got.stdout)).toMatchObject({ temperature: 0.6 })
    const past = ['get', 'acme', 'generate_content', '--store', store, '--at']
    const former = await tenfold([...past, 'seq:2'], folder, { ...KEY, HOME: folder })
    expect(JSON.parse(former.stdout)).toMatchObject({ temperature: 0.7 })
    expect(await tenfold([...past, 'seq:4'], folder, { ...KEY, HOME: folder })).toMatchObject({ code: 2 })
  }
})

test('a store behind a web server is read and verified, and not published to', async () => {
  const folder = await checkout()
  expect(await tenfold(['release', '--to', 'file:copy'], folder)).toMatchObject({ code: 0 })
  const { origin: store } = await new FaultyServer(join(folder, 'copy')).listen()
  const got = await tenfold(['get', 'acme', 'generate_content', '--store', store], folder)
  expect(JSON.parse(got.stdout)).toMatchObject({ temperature: 0.8 })
  expect(await tenfold(['verify', store], folder)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('is whole: production 1'),
  })
  const status = await tenfold(['status', '--store', store, '--format', 'json'], folder)
  expect(JSON.parse(status.stdout)).toMatchObject({ store: { url: store, seq: 1, state: 'released' } })
  expect(await tenfold(['release', '--to', store], folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('can be read, and not published to'),
  })
  const untrusted = await tenfold(['verify', store, '--config', 'nowhere'], folder)
  expect(untrusted).toMatchObject({ code: 2, stderr: expect.stringContaining('--trust') })
})

test('a target that fails: the others have the release, exit 3 says which, and the next run completes it', async () => {
  const [a, b] = [await S3Server.start(), await S3Server.start()]
  const folder = await checkout()
  const to = ['--to', a.url(), '--to', b.url(), '--format', 'json']
  expect(await tenfold(['release', ...to], folder, KEY)).toMatchObject({ code: 0 })
  await change(folder, '0.7')
  b.fault = ({ method }, response) => (method === 'PUT' ? refuse(response, 403, 'AccessDenied') : undefined)
  const failed = await tenfold(['release', ...to], folder, KEY)
  expect(failed.code).toBe(3)
  expect(released(failed).published).toEqual([{ target: a.url(), seq: 2 }])
  expect(failed.stderr).toContain(b.url())
  expect(failed.stderr).toContain('run it again: it completes the others with the same release')
  b.fault = () => undefined
  const head = a.objects.get('prod/head.json')?.bytes
  const completed = await tenfold(['release', ...to], folder, KEY)
  expect(completed).toMatchObject({ code: 0 })
  expect(released(completed).published.map(({ seq }) => seq)).toEqual([2, 2])
  expect(a.objects.get('prod/head.json')?.bytes).toEqual(head)
  expect(releaseIn(b.objects.get('prod/head.json')?.bytes)).toMatchObject({ seq: 2 })
})

test('a target that cannot be read does not hold up the others, and gets the seq after the highest', async () => {
  const [a, b] = [await S3Server.start(), await S3Server.start()]
  const folder = await checkout()
  for (let n = 0; n < 3; n++) {
    await change(folder, `0.${n + 1}`)
    expect(await tenfold(['release', '--to', b.url()], folder, KEY)).toMatchObject({ code: 0 })
  }
  a.fault = (_, response) => refuse(response, 403, 'AccessDenied')
  await change(folder, '0.5')
  const ran = await tenfold(['release', '--to', a.url(), '--to', b.url(), '--format', 'json'], folder, KEY)
  expect(ran.code).toBe(3)
  expect(released(ran).published).toEqual([{ target: b.url(), seq: 4 }])
  a.fault = () => undefined
  const next = await tenfold(['release', '--to', a.url(), '--to', b.url(), '--format', 'json'], folder, KEY)
  expect(next).toMatchObject({ code: 0 })
  expect(released(next).published.map(({ seq }) => seq)).toEqual([4, 4])
})
