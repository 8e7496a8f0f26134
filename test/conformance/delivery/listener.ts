import { type Settings, openSettings } from '../../../src/sdk/index.ts'

/** Some services of a fleet, which look at the store when they are told to, and at no other time. */
interface Given {
  readonly count: number
  readonly store: string
  readonly trust: string
  readonly bus: string
}

const { count, store, trust, bus }: Given = JSON.parse(process.env['FLEET'] ?? '{}')
const value = (settings: Settings): number => settings.getModelConfig('generate_content', 'acme').maxTokens ?? 0

const services = await Promise.all(
  Array.from({ length: count }, () => {
    return openSettings({ store, trust, notify: bus, refresh: { everyMs: 0 }, keys: { from: 'env', env: {} } })
  }),
)
for (const settings of services) {
  settings.on('changed', () => {
    const values = new Set(services.map(value))
    if (values.size === 1) process.send?.(`answers ${[...values].join()}`)
  })
}
// Each looks once after it has connected.
await new Promise((resolve) => setTimeout(resolve, 2_000))
process.send?.('ready')
