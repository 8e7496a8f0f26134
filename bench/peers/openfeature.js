import { InMemoryProvider, OpenFeature } from '@openfeature/server-sdk'

/** A flag for each account, behind the OpenFeature client, whose answers are promises. */
export async function open(accounts) {
  const flags = Object.fromEntries(
    accounts.map(({ id, value, fallback }) => [
      id,
      {
        variants: { own: value, global: fallback },
        defaultVariant: 'global',
        disabled: false,
        contextEvaluator: ({ plan }) => (plan === 'free' ? 'global' : 'own'),
      },
    ]),
  )
  await OpenFeature.setProviderAndWait(new InMemoryProvider(flags))
  const client = OpenFeature.getClient()
  const context = { targetingKey: 'caller', plan: 'growth' }
  const nothing = {}
  return (id) => client.getObjectValue(id, nothing, context)
}
