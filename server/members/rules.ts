import type { Role } from '../permissions.ts'

/** The words of a role on screen. */
export const roleNames: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  approver: 'Approver',
  technician: 'Technician',
  billing: 'Billing',
  'read-only': 'Read only',
  'client-manager': 'Client manager',
}
