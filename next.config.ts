import type { NextConfig } from 'next'

const nextConfig: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Packages that bring native code or worker threads: loaded by Node, never bundled.
  serverExternalPackages: ['@temporalio/client', 'pino', 'postgres'],
  // `npm run check` runs the compiler over the whole repository; a second run here would only cost time.
  typescript: { ignoreBuildErrors: true },
}

export default nextConfig
