# ./dev deploy: the edge home to Cloudflare. Without an account it refuses and says what to do; --dry-run needs
# none. The secret that every credential is made from is made here once and kept in data/edge. Sourced by ./dev,
# after edge.sh.

# The queues that wrangler.toml names for this environment.
queues_of() {
  local prefix=callgate
  [[ -z $1 ]] || prefix+=-$1
  printf '%s\n' "$prefix-dial-dead" "$prefix-deliver-dead" "$prefix-dial" "$prefix-deliver"
}

require_account() {
  if ! wrangler whoami 2>&1 | tee build/logs/whoami.log | grep -q 'You are logged in\|associated with'; then
    {
      say "There is no Cloudflare account here. Either of these gives one to ./dev deploy:"
      say "  npx wrangler login                    in a browser, on this machine"
      say "  export CLOUDFLARE_API_TOKEN=…         a token made from the template \"Edit Cloudflare Workers\","
      say "                                        with the permission Queues: Edit added"
      say "Queues need the Workers Paid plan. Without an account, ./dev deploy --dry-run builds and checks."
    } >&2
    die "not deployed"
  fi
}

make_queues() {
  local queue
  while read -r queue; do
    wrangler queues info "$queue" >/dev/null 2>&1 || step "Making the queue $queue" "queue-$queue" \
      wrangler queues create "$queue" || die "the queue $queue could not be made"
  done < <(queues_of "$1")
}

# The deployment's secret: the file of an earlier deploy, or one that is there already, or a new one.
secret_flags() {
  local environment=$1 file=$2
  if [[ ! -s $file ]] && wrangler secret list --env="$environment" 2>/dev/null | grep -q CALLGATE_SECRET; then
    return 0
  fi
  local_secret "$file"
  printf -- '--secrets-file\n%s\n' "$file"
}

deploy_command() {
  local environment='' dry='' file flags=()
  while (($#)); do
    case $1 in
      --env) environment=${2:?--env needs a name}; shift ;;
      --env=*) environment=${1#*=} ;;
      --dry-run) dry=yes ;;
      *) die "usage: ./dev deploy [--env staging] [--dry-run]" ;;
    esac
    shift
  done
  [[ $environment != production ]] || environment=
  need_edge || exit 1
  step "Checking types" edge-types check_types || exit 1
  if [[ -n $dry ]]; then
    step "Building the Worker" deploy wrangler deploy --dry-run --outdir build/edge/out --env="$environment" || exit 1
    grep -E 'Total Upload|^env\.' build/logs/deploy.log
    say "Not deployed: this was a dry run. The Worker is in build/edge/out."
    return 0
  fi
  require_account
  make_queues "$environment"
  file=${CALLGATE_DATA:-data}/edge/${environment:-production}.secret
  mapfile -t flags < <(secret_flags "$environment" "$file")
  step "Deploying" deploy wrangler deploy --env="$environment" ${flags[@]+"${flags[@]}"} || exit 1
  local url
  url=$(grep -m 1 -oE 'https://[a-z0-9.-]+\.workers\.dev' build/logs/deploy.log || true)
  say "${bold}callgate is at ${url:-the address in build/logs/deploy.log}${plain}"
  if [[ -s $file ]]; then
    say "Sign in:  $("$node" scripts/token.mjs --edge "${url:-https://your.address}" --secret-file "$file")"
    say "The secret is in $file: whoever has it can sign in as owner. Keep a copy where secrets are kept."
  fi
}
