import { InMemStorageProvider, Unleash } from 'unleash-client'

/** A feature for each account, with one constraint on the caller's plan; its payload is read as the text that it is. */
export async function open(accounts) {
  const features = accounts.map(({ id, value }) => ({
    name: id,
    enabled: true,
    strategies: [
      {
        name: 'default',
        parameters: {},
        constraints: [
          { contextName: 'plan', operator: 'NOT_IN', values: ['free'], inverted: false, caseInsensitive: false },
        ],
        variants: [
          { name: 'own', weight: 1000, stickiness: 'default', payload: { type: 'json', value: JSON.stringify(value) } },
        ],
      },
    ],
  }))
  const unleash = new Unleash({
    appName: 'bench',
    // Nobody listens there: everything it needs is in the bootstrap.
    url: 'http://127.0.0.1:9/',
    refreshInterval: 0,
    disableMetrics: true,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: features },
  })
  unleash.on('error', () => {})
  unleash.on('warn', () => {})
  await new Promise((resolve) => unleash.once('ready', resolve))
  const context = { userId: 'caller', properties: { plan: 'growth' } }
  return (id) => unleash.getVariant(id, context).payload?.value
}
