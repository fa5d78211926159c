# The web UI: Next's standalone server.
FROM node:22-bookworm-slim AS build
WORKDIR /frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
ENV NEXT_TELEMETRY_DISABLED=1
RUN npm run build && mkdir -p public \
 && cp -r .next/static .next/standalone/.next/static && cp -r public .next/standalone/public

FROM node:22-bookworm-slim
WORKDIR /frontend
COPY --from=build /frontend/.next/standalone ./
ENV NODE_ENV=production HOSTNAME=0.0.0.0 PORT=8082
USER node
CMD ["node", "server.js"]
