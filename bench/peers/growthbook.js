import { GrowthBookClient } from '@growthbook/growthbook'

/** A feature for each account, with one rule on the caller's plan. */
export function open(accounts) {
  const features = Object.fromEntries(
    accounts.map(({ id, value, fallback }) => [
      id,
      {
        defaultValue: fallback,
        rules: [{ condition: { plan: { $ne: 'free' } }, force: value }],
      },
    ]),
  )
  const client = new GrowthBookClient().initSync({ payload: { features } })
  const context = { attributes: { id: 'caller', plan: 'growth' } }
  const nothing = {}
  return (id) => client.getFeatureValue(id, nothing, context)
}
