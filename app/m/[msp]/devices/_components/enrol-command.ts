/** What is typed on the machine. The token is asked for there and never stands on a command line. */
export function enrolCommand(deviceUrl: string): string {
  return `curl -fsSL ${deviceUrl}/install.sh -o patchward-install.sh && sudo sh patchward-install.sh`
}

/** The same on two lines, for reading: whoever copies it by hand still gets one command. */
export const shownCommand = (deviceUrl: string) => enrolCommand(deviceUrl).replace(' && ', ' &&\n  ')

/** Agents refuse plain http except on loopback: then the command works on this machine only, or nowhere. */
export function judgeDeviceUrl(deviceUrl: string): 'fine' | 'this-machine-only' | 'refused' {
  const { protocol, hostname } = new URL(deviceUrl)
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
  if (isLoopback) return 'this-machine-only'
  return protocol === 'https:' ? 'fine' : 'refused'
}
