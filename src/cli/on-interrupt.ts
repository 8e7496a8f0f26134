const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Does something before the process ends by a signal; returns what takes this back. Until then a signal waits for what
 * is done without a pause, such as files that are moved to their places.
 */
export function onInterrupt(act: () => void): () => void {
  const end = (signal: NodeJS.Signals): void => {
    undo()
    act()
    process.kill(process.pid, signal)
  }
  const undo = (): void => {
    for (const signal of SIGNALS) process.off(signal, end)
  }
  for (const signal of SIGNALS) process.on(signal, end)
  return undo
}
