import { readFile } from 'node:fs/promises'
import { aptRootAt } from '../../tools/lab/apt-root.ts'
import { type DpkgLogLine, dpkgLog } from '../../tools/lab/read-root.ts'
import { stack } from './stack.ts'

interface LabState {
  published: { name: string; version: string }[]
  devices: { name: string; on: boolean; root: string }[]
}

/** The device lab, through its control door; what happened on a device is read in its own apt root. */
export class Lab {
  private readonly url: string

  constructor(url: string) {
    this.url = url
  }

  state(): Promise<LabState> {
    return this.send('GET', '/')
  }

  /** Offers a version in the archive; the devices find it with their next scan. */
  async publish(name: string, version: string): Promise<void> {
    const { published } = await this.state()
    if (published.some((one) => one.name === name && one.version === version)) return
    await this.send('POST', '/publish', { package: name, version })
  }

  async power(device: string, on: boolean): Promise<void> {
    await this.send('POST', '/power', { device, on })
  }

  /** Lines of the device's own dpkg.log that name this version of a package. */
  async linesOf(deviceName: string, name: string, version: string): Promise<DpkgLogLine[]> {
    const { devices } = await this.state()
    const device = devices.find((one) => one.name === deviceName)
    if (!device) throw new Error(`the lab has no device ${deviceName}`)
    const lines = await dpkgLog(aptRootAt(device.root))
    return lines.filter((line) => line.package === name && line.text.split(' ').includes(version))
  }

  /** How often dpkg moved a package to this version on the device. */
  async upgradesOf(deviceName: string, name: string, version: string): Promise<number> {
    const lines = await this.linesOf(deviceName, name, version)
    return lines.filter((line) => line.action === 'upgrade' && line.to === version).length
  }

  private async send<T>(method: string, path: string, input?: object): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: input ? JSON.stringify(input) : undefined,
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`the lab answered ${path} with ${answer.status}: ${text}`)
    return JSON.parse(text)
  }
}

/** The lab that the launcher started; throws when there is none. */
export async function openLab(): Promise<Lab> {
  const { url }: { url: string } = JSON.parse(await readFile(stack.labControlFile, 'utf8'))
  return new Lab(url)
}
