/** Milliseconds that this process has computed so far: what others do on the machine is not in it. */
export function computedMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
