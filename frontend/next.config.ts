import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  outputFileTracingRoot: import.meta.dirname,
  poweredByHeader: false,
  reactStrictMode: true,
  // Browser tests and the local gateway open the dev server by address instead of by name.
  allowedDevOrigins: ["127.0.0.1"],
};

export default config;
