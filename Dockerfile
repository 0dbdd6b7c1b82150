# callgate in a container: built as `./dev run` builds it, then only the program and its libraries. Data is in the
# volume /var/lib/callgate; settings are CALLGATE_* variables; put TLS in front of it (docs/running.md).
FROM debian:12 AS build
WORKDIR /src
COPY . .
RUN bash -c 'set -euo pipefail; source scripts/steps.sh; source scripts/dependencies.sh; need build; build release callgate' \
 && strip --strip-debug build/release/native-server/callgate

FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates curl libcurl4 librhonabwy1.1 libspdlog1.10 libsqlite3-0 libssl3 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/callgate --create-home --shell /usr/sbin/nologin callgate
COPY --from=build /src/build/release/native-server/callgate /usr/local/bin/callgate
COPY LICENSE THIRD_PARTY.md /usr/share/doc/callgate/
USER callgate
VOLUME /var/lib/callgate
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8787/healthz"]
ENTRYPOINT ["callgate"]
CMD ["serve", "--data", "/var/lib/callgate", "--address", "0.0.0.0", "--port", "8787", "--log-format", "json"]
