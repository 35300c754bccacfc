import { Button } from '@/components/ui/button'
import { paths } from '@/server/paths'

/** Ends the session of this browser. A plain form: it works before any script has loaded. */
export function SignOutButton() {
  return (
    <form method="post" action={paths.signOut()}>
      <Button type="submit">Sign out</Button>
    </form>
  )
}
