# Steps: one line each on the screen with its seconds, the command's own words in build/logs/NAME.log, and
# the end of that log when it fails. Sourced by ./dev; needs bash and coreutils only.

set -m # every step is a process group of its own, so that Ctrl-C can end all of it

if [[ -t 1 && -z ${CI:-} && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  on_terminal=yes
  bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
  on_terminal=
  bold='' red='' green='' plain=''
fi

say() { printf '%s\n' "$*"; }

die() {
  printf '%sdev: %s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}

step_pid=
end_step() {
  if [[ -n $step_pid ]]; then
    kill -TERM -- "-$step_pid" 2>/dev/null || true
    wait "$step_pid" 2>/dev/null || true
    step_pid=
  fi
}
end_ahead() { :; } # what runs beside the steps
trap 'end_step; end_ahead; exit 130' INT
trap 'end_step; end_ahead; exit 143' TERM HUP

# What a long step is at: ninja's last [n/m], if the log has one.
progress_in() {
  tail -c 400 "$1" 2>/dev/null | tr '\r' '\n' | grep -oE '^\[[0-9]+/[0-9]+\]' | tail -n 1 || true
}

# quietly NAME COMMAND…: runs it with its output in build/logs/NAME.log; its exit code is returned.
quietly() {
  local name=$1 code=0
  shift
  mkdir -p build/logs
  "$@" >"build/logs/$name.log" 2>&1 </dev/null &
  step_pid=$!
  if [[ -n $on_terminal ]]; then
    local started=$SECONDS
    while kill -0 "$step_pid" 2>/dev/null; do
      sleep 0.1
      if ((SECONDS > started)); then
        printf '\r%s… %d s %s\e[K' "${step_text:-}" $((SECONDS - started)) \
          "$(progress_in "build/logs/$name.log")"
      fi
    done 2>/dev/null # bash's own word that the job has ended
  fi
  wait "$step_pid" 2>/dev/null || code=$?
  step_pid=
  return "$code"
}

# show_log NAME: what failed by a step's log, or its end; indented.
show_log() {
  local log="build/logs/$1.log"
  say "    from $log:"
  if grep -qE '^ *not ok ' "$log"; then
    grep -E -A 16 '^ *not ok ' "$log" | head -n 80
  else
    tail -n 40 "$log"
  fi | cut -c 1-300 | sed 's/^/    | /'
}

# step TEXT NAME COMMAND…: a quiet command with its line on the screen. Returns the command's code after
# showing what its log says of it.
step() {
  local step_text="  $1" name=$2 started=$SECONDS code=0
  shift 2
  printf '%s …' "$step_text"
  quietly "$name" "$@" || code=$?
  [[ -z $on_terminal ]] || printf '\r%s …\e[K' "$step_text"
  if ((code == 0)); then
    printf ' %sdone%s in %d s\n' "$green" "$plain" $((SECONDS - started))
  else
    printf ' %sfailed%s (exit code %d) after %d s\n' "$red" "$plain" "$code" $((SECONDS - started))
    show_log "$name"
  fi
  return "$code"
}

# How many compilers may run at once: $CALLGATE_JOBS, or the cores, but one per 1.5 GB of memory.
build_jobs() {
  local cores memory_kb
  if [[ -n ${CALLGATE_JOBS:-} ]]; then
    echo "$CALLGATE_JOBS"
    return
  fi
  cores=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
  memory_kb=$(awk '/^MemTotal:/ {print $2}' /proc/meminfo 2>/dev/null || true)
  if [[ -n $memory_kb ]] && ((memory_kb / 1500000 < cores)); then
    cores=$((memory_kb / 1500000))
  fi
  echo $((cores > 0 ? cores : 1))
}

# configure PRESET: once, and again when the presets or the checkout's place changed. Ninja itself notices
# changes of CMake's files.
configure() {
  local preset=$1 folder=build/$1 stamp
  stamp="$(pwd) $(cksum <CMakePresets.json)"
  if [[ -f $folder/build.ninja && -f $folder/.configured && $(<"$folder/.configured") == "$stamp" ]]; then
    return 0
  fi
  rm -rf "$folder"
  step "Configuring build/$preset" "configure-$preset" cmake --preset "$preset" || return 1
  printf '%s' "$stamp" >"$folder/.configured"
}

# build PRESET TARGET…: two at a time in one folder would spoil each other, so the second one waits.
build() {
  local preset=$1 lock=() search=()
  shift
  # Debian's emcc links with acorn, which node finds only when told where Debian keeps node's modules.
  if [[ $preset == wasm && -d /usr/share/nodejs/acorn ]]; then search=(env NODE_PATH=/usr/share/nodejs); fi
  mkdir -p build
  configure "$preset" || return 1
  if command -v flock >/dev/null; then lock=(flock "build/$preset/.lock"); fi
  step "Building build/$preset: $*" "build-$preset" "${lock[@]}" "${search[@]}" \
    ninja -C "build/$preset" -j "$(build_jobs)" "$@"
}
