import { expect } from '@playwright/test'
import { required } from './stack.ts'

export interface Mail {
  subject: string
  text: string
}

/** The mails that the stack's sink caught for an address, the newest first. */
export async function mailsTo(email: string): Promise<Mail[]> {
  const answer = await fetch(`${required('E2E_MAIL_URL')}/mails?to=${encodeURIComponent(email)}`)
  // The sink's own shape; a wrong one fails the journey.
  return (await answer.json()) as Mail[]
}

/** The one link of the newest mail to an address, once there are `count` of them. */
export async function linkMailedTo(email: string, count = 1): Promise<string> {
  await expect.poll(async () => (await mailsTo(email)).length).toBe(count)
  const links = (await mailsTo(email))[0]?.text.match(/https?:\/\/\S+/g) ?? []
  expect(links).toHaveLength(1)
  return links[0] ?? ''
}
