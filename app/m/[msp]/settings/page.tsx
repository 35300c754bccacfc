import { redirect } from 'next/navigation'
import { paths } from '@/server/paths'

/** The settings have one page so far. */
export default async function SettingsPage({ params }: PageProps<'/m/[msp]/settings'>): Promise<never> {
  redirect(paths.audit((await params).msp))
}
