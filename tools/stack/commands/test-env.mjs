import { baseEnv, embeddedDatabaseUrls } from '../environments.mjs'
import { databaseUrl, ownerRole, templateDatabase } from '../parts/postgres.mjs'

// A test may install things itself, as the demo from a fresh clone does: it needs the host's way to the registries.
const passedToTests = /^(CI$|XDG_CACHE_HOME$|npm_config_|PIP_|https?_proxy$|no_proxy$|NODE_EXTRA_CA_CERTS$|SSL_CERT_)/i

function hostEnv() {
  const kept = Object.entries(process.env).filter(([name]) => passedToTests.test(name))
  return Object.fromEntries(kept)
}

/** What tests and measurements learn about the stack they run on: an owner that is no superuser, the logins on the template, Temporal. */
export function testEnv(stack, chromium) {
  const { envs, ports, secrets, paths } = stack
  const { DATABASE_URL: _owner, ...loginUrls } = embeddedDatabaseUrls(ports.postgres, secrets, templateDatabase)
  const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE } = envs.worker
  return {
    ...hostEnv(),
    ...baseEnv(stack.node),
    ...loginUrls,
    TEST_DATABASE_ADMIN_URL: databaseUrl(ports.postgres, ownerRole, secrets.owner, 'postgres'),
    TEST_TEMPLATE_DATABASE: templateDatabase,
    TEST_STATE: paths.state,
    TEMPORAL_ADDRESS,
    TEMPORAL_NAMESPACE,
    TEMPORAL_CLI: stack.temporalCli ?? '',
    PLAYWRIGHT_CHROMIUM: chromium ?? '',
  }
}
