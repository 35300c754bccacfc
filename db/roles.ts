import type { Sql } from 'postgres'

/** Roles that policies and grants name. They cannot log in; each process logs in as a member of one. */
export const groupRoles = [
  'app_web',
  'app_auth',
  'app_device',
  'app_worker',
  'app_across',
  'door_definer',
  'erasure_definer',
] as const
export type LoginRole = Exclude<(typeof groupRoles)[number], 'door_definer' | 'erasure_definer'>

/** Creates the roles that are missing. The connection needs CREATEROLE; safe to repeat. */
export async function ensureGroupRoles(owner: Sql): Promise<void> {
  for (const role of groupRoles) {
    const [found] = await owner`select rolsuper or rolbypassrls as is_unsafe from pg_roles where rolname = ${role}`
    if (found?.is_unsafe)
      throw new Error(`role ${role} is a superuser or bypasses row-level security: take that away first`)
    if (!found) await owner.unsafe(`create role ${role} nologin noinherit nosuperuser nobypassrls`)
  }
  // Only to hand over their functions while migrating.
  await owner.unsafe('grant door_definer, erasure_definer to current_user with inherit false, set true')
}

/**
 * Nobody but the owner makes temporary tables here: they could lie in the way of functions that run with their owner's rights. What is
 * granted on a database is no part of a copy or a dump of it, so each migration sees to it. Throws where it is not ours to take.
 */
export async function closeTemporary(owner: Sql): Promise<void> {
  const [{ name } = {}] = await owner`select current_database() as name`
  await owner`revoke temporary on database ${owner(name)} from public`
  const [left] =
    await owner`select from pg_database d cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
    where d.datname = current_database() and a.grantee = 0 and a.privilege_type = 'TEMPORARY'`
  if (left)
    throw new Error(
      `every login may make temporary tables in database ${name}: as its owner, run "revoke temporary on database ${name} from public"`,
    )
}

/** Makes the login named in `url` a member of `role`, with that password. Does nothing when it cannot be told apart from the owner. */
export async function ensureLogin(owner: Sql, role: LoginRole, url: string): Promise<void> {
  const { username, password } = new URL(url)
  const login = decodeURIComponent(username)
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(login)) throw new Error(`the login of ${role} is not a plain name: ${login}`)
  const [self] = await owner`select current_user as name`
  if (self?.name === login) throw new Error(`${role} must not log in as the owner of the tables`)
  const [found] = await owner`select 1 as present from pg_roles where rolname = ${login}`
  const secret = decodeURIComponent(password).replaceAll("'", "''")
  await owner.unsafe(`${found ? 'alter' : 'create'} role ${login} login inherit password '${secret}'`)
  await owner.unsafe(`grant ${role} to ${login}`)
}
