# ./dev edge: the edge home on this machine, in the runtime that Cloudflare runs, with a simulated carrier beside
# it unless a provider's key is given. Everything is kept in data/edge. Sourced by ./dev, after run.sh, whose
# processes and messages it shares.

readonly wrangler_js=node_modules/wrangler/bin/wrangler.js
export WRANGLER_SEND_METRICS=false X_LOCAL_OBSERVABILITY=false

# need_edge: the core as WebAssembly, Node, the locked npm packages, and the types checked against them.
need_edge() {
  need wasm
  need_npm all
  need_node
  build wasm callgate_wasm
}

wrangler() { "$node" "$wrangler_js" "$@"; }

# What the configuration promises the sources, and the sources themselves, in strict mode.
check_types() {
  mkdir -p build/edge
  wrangler types --strict-vars=false build/edge/worker-configuration.d.ts && "$node" node_modules/typescript/bin/tsc -p . &&
    "$node" node_modules/typescript/bin/tsc -p client
}

# local_secret FILE: made once, readable by its owner only, as wrangler reads variables.
local_secret() {
  [[ ! -s $1 ]] || return 0
  mkdir -p "$(dirname "$1")"
  (umask 077 && printf 'CALLGATE_SECRET=%s\n' "$(head -c 32 /dev/urandom | base64)" >"$1")
}

edge_token() { "$node" scripts/token.mjs --edge "$1" --secret-file "$edge_data/vars" "${@:2}"; }

# Points the workspace at the carrier, or at the provider whose key is in the environment.
configure_provider() {
  local url=$1 body
  body=$("$node" -e '
    const { CALLGATE_VAPI_KEY: apiKey, CALLGATE_VAPI_URL: baseUrl, CALLGATE_VAPI_WEBHOOK_SECRET: webhookSecret,
      CALLGATE_PUBLIC_URL: publicUrl } = process.env;
    const local = /\/\/127\.0\.0\.1/.test(baseUrl ?? "") ? process.argv[1] : undefined;
    console.log(JSON.stringify({ apiKey, baseUrl, webhookSecret, publicUrl: publicUrl ?? local }));' "$url")
  curl -fsS -o /dev/null --max-time 20 -X PUT "$url/api/providers/vapi" -H 'content-type: application/json' \
    -H "authorization: Bearer $(edge_token "$url" --bearer)" --data-binary @- <<<"$body" || {
    show_log server
    die "the provider could not be configured"
  }
}

greet_edge() {
  local url=$1
  say ""
  say "${bold}callgate is at $url, in Cloudflare's runtime${plain}"
  say "Sign in:  $(edge_token "$url")"
  [[ -z $carrier_pid ]] || say "Provider: a simulated carrier at $carrier_url; no telephone rings"
  say "Try it:"
  say "curl -sS $url/api/jobs -H \"authorization: Bearer \$(./dev token --edge $url --bearer)\"" \
    "-H 'content-type: application/json' -d '{\"name\":\"Hello\",\"schedule\":\"now\",\"assistantId\":\"demo-assistant\",\"phoneNumberId\":\"demo-number\",\"phoneNumbers\":[\"+14155550132\",\"+14155550133\"]}'"
  say ""
  say "Logs: build/logs/server.log$([[ -z $carrier_pid ]] || echo ' and build/logs/carrier.log'). Ctrl-C ends it."
}

edge_stopped_by_user() {
  printf '\n'
  say "Stopping …"
  stop_all
  say "Stopped. What was accepted is in $edge_data; ./dev edge goes on from there."
  exit 0
}

edge_command() {
  [[ ${1:-} != -- ]] || shift
  local port url code=0
  edge_data=${CALLGATE_DATA:-data}/edge
  port=$(flag_value port "${CALLGATE_PORT:-8787}" "$@")
  url=http://127.0.0.1:$port
  need run
  need_edge || exit 1
  if port_is_taken "$port"; then
    die "port $port is taken on this machine; choose another: ./dev edge --port $((port + 1))"
  fi
  local_secret "$edge_data/vars"
  trap edge_stopped_by_user INT TERM HUP
  trap stop_all EXIT
  carrier_url=
  if [[ -z ${CALLGATE_VAPI_KEY:-} ]]; then
    build release callgate || exit 1
    start_carrier
  fi
  start server "$node" "$wrangler_js" dev --env= --ip 127.0.0.1 --port "$port" --inspector-port 0 \
    --persist-to "$edge_data/state" --env-file "$edge_data/vars" --show-interactive-dev-session=false
  server_pid=$started_pid
  await_server "$url"
  configure_provider "$url"
  greet_edge "$url"
  wait "$server_pid" || code=$?
  show_log server
  return "$code"
}
