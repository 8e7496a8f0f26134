import { FlagdCore } from '@openfeature/flagd-core'

/** A flag for each account; its targeting asks for the caller's plan, as ours does. */
export function open(accounts) {
  const flags = Object.fromEntries(
    accounts.map(({ id, value, fallback }) => [
      id,
      {
        state: 'ENABLED',
        variants: { own: value, global: fallback },
        defaultVariant: 'global',
        targeting: { if: [{ '!=': [{ var: 'plan' }, 'free'] }, 'own', 'global'] },
      },
    ]),
  )
  const core = new FlagdCore()
  core.setConfigurations(JSON.stringify({ flags }))
  const context = { targetingKey: 'caller', plan: 'growth' }
  const nothing = {}
  return (id) => core.resolveObjectEvaluation(id, nothing, context).value
}
