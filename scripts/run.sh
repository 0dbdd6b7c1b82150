# ./dev run: the server, and a simulated carrier beside it unless a provider is configured. Both end with
# this script, however it ends; secrets travel in the environment, where `ps` does not show them. Sourced by
# ./dev.

readonly program=build/release/native-server/callgate
server_pid=
carrier_pid=

# flag_value NAME DEFAULT FLAGS…: the value of --NAME in FLAGS, as "--NAME X" or "--NAME=X".
flag_value() {
  local name=--$1 value=$2
  shift 2
  while (($#)); do
    case $1 in
      "$name") value=${2:-} ;;
      "$name="*) value=${1#*=} ;;
    esac
    shift
  done
  printf '%s' "$value"
}

has_flag() {
  local name=--$1 word
  shift
  for word in "$@"; do
    if [[ $word == "$name" || $word == "$name="* ]]; then return 0; fi
  done
  return 1
}

# The server answers to SIGTERM by finishing what it accepted; a second signal would cut that short, so each
# process gets exactly one.
stop_all() {
  local pid
  trap '' INT TERM HUP
  for pid in $server_pid $carrier_pid; do
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}

stopped_by_user() {
  printf '\n'
  say "Stopping …"
  stop_all
  say "Stopped. What was accepted is in $data; ./dev run goes on from there."
  exit 0
}

# start LOG COMMAND…: in the background, ended with this script even if that is killed. Sets `started_pid`.
started_pid=
start() {
  local log=$1
  shift
  if command -v setpriv >/dev/null; then set -- setpriv --pdeathsig TERM "$@"; fi
  "$@" >"build/logs/$log.log" 2>&1 </dev/null &
  started_pid=$!
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

random_secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

provider_is_configured() {
  [[ -n ${CALLGATE_VAPI_KEY:-}${CALLGATE_VAPI_KEY_FILE:-}${CALLGATE_VAPI_URL:-} || " $*" == *" --vapi-"* ]] ||
    { [[ -n ${CALLGATE_CONFIG:-} ]] && grep -q '^ *vapi-' "$CALLGATE_CONFIG"; }
}

# Starts the carrier on a free port and leaves in the environment how the server reaches it.
start_carrier() {
  local key secret line tries
  key=sim-$(random_secret)
  secret=$(random_secret)
  CALLGATE_SIM_KEY=$key CALLGATE_SIM_WEBHOOK_SECRET=$secret \
    start carrier "$program" sim-carrier --port 0 --ring 1s..3s --talk 2s..8s
  carrier_pid=$started_pid
  for ((tries = 0; tries < 100; tries++)); do
    line=$(grep -m 1 -oE 'listening on http://127\.0\.0\.1:[0-9]+' build/logs/carrier.log || true)
    [[ -z $line ]] || break
    kill -0 "$carrier_pid" 2>/dev/null || break
    sleep 0.05
  done
  [[ -n $line ]] || {
    show_log carrier
    die "the simulated carrier did not start"
  }
  carrier_url=${line#listening on }
  export CALLGATE_VAPI_URL=$carrier_url CALLGATE_VAPI_KEY=$key CALLGATE_VAPI_WEBHOOK_SECRET=$secret
}

# Waits until the server answers; ends with its log if it ends first.
await_server() {
  local tries
  for ((tries = 0; tries < 400; tries++)); do
    if curl -fsS -o /dev/null --max-time 1 "$1/healthz" 2>/dev/null; then return 0; fi
    if ! kill -0 "$server_pid" 2>/dev/null; then break; fi
    sleep 0.05
  done
  show_log server
  stop_all
  die "the server did not start"
}

greet() {
  local url=$1 token="./$program token"
  [[ $data == ./data ]] || token+=" --data $(printf '%q' "$data")"
  say ""
  say "${bold}callgate is at $url${plain}"
  say "Sign in:  $("./$program" token --data "$data" --url "$url" --link)"
  if [[ -n $carrier_pid ]]; then
    say "Provider: a simulated carrier at $carrier_url; no telephone rings"
  fi
  grep '^warning: ' build/logs/server.log >&2 || true
  say "Try it:"
  say "curl -sS $url/api/jobs -H \"authorization: Bearer \$($token)\" -H 'content-type: application/json'" \
    "-d '{\"name\":\"Hello\",\"schedule\":\"now\",\"assistantId\":\"demo-assistant\",\"phoneNumberId\":\"demo-number\",\"phoneNumbers\":[\"+14155550132\",\"+14155550133\"]}'"
  say ""
  say "Logs: build/logs/server.log$([[ -z $carrier_pid ]] || echo ' and build/logs/carrier.log'). Ctrl-C ends it."
}

run_command() {
  [[ ${1:-} != -- ]] || shift
  local port address code=0
  data=$(flag_value data "${CALLGATE_DATA:-./data}" "$@")
  port=$(flag_value port "${CALLGATE_PORT:-8787}" "$@")
  address=$(flag_value address "${CALLGATE_ADDRESS:-127.0.0.1}" "$@")
  need run
  build release callgate || exit 1
  if [[ " $* " == *" --help "* || " $* " == *" -h "* ]]; then exec "$program" serve "$@"; fi
  if port_is_taken "$port"; then
    die "port $port is taken on this machine; choose another: ./dev run -- --port $((port + 1))"
  fi
  trap stopped_by_user INT TERM HUP
  trap stop_all EXIT
  carrier_url=
  provider_is_configured "$@" || start_carrier
  has_flag port "$@" || set -- --port "$port" "$@"
  has_flag address "$@" || set -- --address "$address" "$@"
  has_flag data "$@" || set -- --data "$data" "$@"
  start server "$program" serve "$@"
  server_pid=$started_pid
  [[ $address != 0.0.0.0 && $address != :: ]] || address=127.0.0.1
  await_server "http://$address:$port"
  greet "http://$address:$port"
  wait "$server_pid" || code=$?
  show_log server
  stop_all
  die "the server ended by itself with exit code $code"
}
