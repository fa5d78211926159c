import next from "eslint-config-next/core-web-vitals";
import typescript from "eslint-config-next/typescript";

const config = [
  ...next,
  ...typescript,
  { ignores: [".next/**", "public/**", "next-env.d.ts"] },
  {
    rules: {
      // The React Compiler is off; TanStack Virtual and react-hook-form return live objects on purpose.
      "react-hooks/incompatible-library": "off",
    },
  },
];

export default config;
