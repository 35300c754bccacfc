import { redirect } from 'next/navigation'
import { paths } from '@/server/paths'

/** Settings begin with the people. */
export default async function SettingsPage({ params }: PageProps<'/m/[msp]/settings'>): Promise<never> {
  redirect(paths.people((await params).msp))
}
