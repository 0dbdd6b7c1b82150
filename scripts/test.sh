# ./dev test: a table of parts. A part is a line of the table below and a function part_NAME, which runs
# something real, leaves its words in build/logs/test-NAME*.log, and adds to `passed`, `failed` and
# `skipped` what was counted there. A part that ends badly without a count is one failure. Sourced by ./dev.

# name | when | what it needs | what it shows
readonly parts='
tidy        | always | c_plus_plus | the rules of how the code reads, and that they find what breaks them
format      | always | format      | the sources are as .clang-format has them
unit        | always | test        | the core: unit and property tests, under ASan and UBSan
sql         | always | test        | the Sql port over SQLite
crypto      | always | test        | the Crypto port over OpenSSL
native      | always | test        | the HTTP front
sim         | always | test        | the whole system, seeded, with faults; 1,200 seeds; an hour of them, and planted bugs, with --long
sim_carrier | always | test        | the simulated carrier
conformance | always | test        | the HTTP contract and its refusals, asked from outside
campaign    | long   | test        | ten thousand people, every fault at once, each dial compared with the ledger of the carrier
kill        | always | test        | the server killed while it dials: five times, fifty with --long
wasm        | always | test wasm   | the core as WebAssembly: its unit tests, its door, a day replayed bit for bit
vectors     | always | test wasm   | the conformance vectors through the public routes, natively and of the .wasm
browser     | always | wasm        | the core in a page of Chromium: the vectors, its refusals, how it loads
zones       | always | test wasm python | the clocks of every zone against the tz.cpp of date and the zoneinfo of Python
literal     | always | test wasm python | random rows answered by literal Python, asked natively and of the .wasm; rules against dateutil
numbers     | long   | test python | random numbers on which three releases of libphonenumber agree
edge        | always | test wasm   | the edge home: types, both ports, the HTTP contract, what fails one at a time, live events
edge_days   | long   | test wasm   | the edge home: the campaign, and killed while it dials
million     | long   | test        | a list of a million people: its memory, its progress, who waits for it
fuzz        | always | test        | libFuzzer for each reader of foreign bytes: 20 seconds, ten million runs with --long
lint        | long   | lint        | clang-tidy over the core
newcomer    | long   | newcomer    | README.md, word for word, on a bare Debian 12'

passed=0
failed=0
skipped=0

# add_counts P F S
add_counts() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  skipped=$((skipped + ${3:-0}))
}

# The last line of the form "N passed, N failed[, N skipped]" of a log; 0 0 when there is none.
count_plain() {
  local line
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "build/logs/$1.log" | tail -n 1)
  # shellcheck disable=SC2046
  [[ -n $line ]] && add_counts $(tr -cd '0-9 ' <<<"$line")
}

# What Catch2 wrote as XML: its test cases, also when it ended before its end (then without a count).
count_catch2() {
  local line xml
  for xml in "$@"; do
    line=$(grep -o '<OverallResultsCases [^>]*>' "$xml" 2>/dev/null | tail -n 1)
    [[ -n $line ]] || return 1
    local successes failures expected skips
    successes=$(sed -E 's/.*successes="([0-9]+)".*/\1/' <<<"$line")
    failures=$(sed -E 's/.*[^d]failures="([0-9]+)".*/\1/' <<<"$line")
    expected=$(sed -nE 's/.*expectedFailures="([0-9]+)".*/\1/p' <<<"$line")
    skips=$(sed -nE 's/.*skips="([0-9]+)".*/\1/p' <<<"$line")
    add_counts $((successes + ${expected:-0})) "$failures" "${skips:-0}"
  done
}

# TAP of node's test runner: its closing "# pass N", "# fail N", "# cancelled N", "# skipped N".
count_tap() {
  local word values=()
  for word in pass fail cancelled skipped; do
    values+=("$(awk -v word="$word" '/^# / && $2 == word && NF == 3 { sum += $3; found = 1 } END { if (found) print sum }' \
      "build/logs/$1.log")")
  done
  [[ -n ${values[0]} ]] && add_counts "${values[0]}" $((values[1] + values[2])) "${values[3]}"
}

# in_shards N NAME PROGRAM…: a Catch2 program N times at once, each with its share of the test cases. They
# are dealt out in a random order, so that the long ones of a file do not meet in one share.
in_shards() {
  local shards=$1 name=$2 shard pids=() bad=()
  shift 2
  local how=(--order rand --rng-seed "$RANDOM" --shard-count "$shards")
  for ((shard = 0; shard < shards; ++shard)); do
    timeout -k 10 900 "$@" "${how[@]}" --shard-index "$shard" \
      --reporter "xml::out=build/logs/test-$name.$shard.xml" --reporter console \
      >"build/logs/test-$name.$shard.log" 2>&1 &
    pids+=($!)
  done
  for shard in "${!pids[@]}"; do
    if wait "${pids[shard]}"; then
      cat "build/logs/test-$name.$shard.log"
    else
      bad+=("build/logs/test-$name.$shard.log")
    fi
  done
  ((${#bad[@]} == 0)) || {
    cat "${bad[@]}" # last, where a reader of the log looks first
    return 1
  }
}

# catch2_suite NAME PROGRAM…: a Catch2 program (and what comes before it, as `node`), on every processor
# up to four. Its log is shown when it fails.
catch2_suite() {
  local name=$1 code=0 shards
  shift
  shards=$(nproc)
  ((shards <= 4)) || shards=4
  bad_logs+=("test-$name")
  rm -f "build/logs/test-$name".*.xml "build/logs/test-$name".*.log
  quietly "test-$name" in_shards "$shards" "$name" "$@" || code=$?
  # shellcheck disable=SC2046
  count_catch2 $(seq -f "build/logs/test-$name.%g.xml" 0 $((shards - 1))) || return 1
  ((code)) || unset 'bad_logs[-1]'
  return "$code"
}

# node_suite NAME FILE…: files of node's test runner.
node_suite() {
  local name=$1 code=0
  shift
  bad_logs+=("test-$name")
  need_node
  quietly "test-$name" timeout -k 10 900 "$node" --test --test-reporter=tap "$@" || code=$?
  count_tap "test-$name" || return 1
  ((code)) || unset 'bad_logs[-1]'
  return "$code"
}

# dev_suite NAME: builds and runs build/dev's NAME_tests, wherever CMake puts it.
dev_suite() {
  build dev "$1_tests" || return 1
  catch2_suite "$1" "$(find build/dev -name "$1_tests" -type f -perm -u+x -print -quit)"
}

part_tidy() {
  local code=0
  quietly test-tidy tests/tidy/run || code=$?
  local rules_line
  while read -r rules_line; do
    # shellcheck disable=SC2046
    add_counts $(tr -cd '0-9 ' <<<"$rules_line")
  done < <(grep -E '^[0-9]+ passed, [0-9]+ failed$' build/logs/test-tidy.log)
  return "$code"
}

part_format() {
  if ! clang_format_is_pinned; then
    echo "clang-format $clang_format_version is not here, and another release may lay lines out otherwise" \
      >build/logs/test-format.log
    add_counts 0 0 1
    return 0
  fi
  local code=0 wrong all
  quietly test-format format_check || code=$?
  wrong=$(wc -l <build/logs/test-format.log)
  all=$(cpp_sources | wc -l)
  add_counts $((all - wrong)) "$wrong"
  return "$code"
}

part_unit() {
  local code=0
  dev_suite unit || code=1
  # What is generated is what its generator makes, from the packages that it is made from.
  need_npm all || return 1
  node_suite unit-generated tests/unit/*/*_test.mjs || code=1
  return "$code"
}
part_sql() { dev_suite sql; }
part_crypto() { dev_suite crypto; }
part_native() { dev_suite native; }
# The stories, 1,000 seeds as fast as it gets, 100 under the sanitizers and 100 that are given again
# to a core that never stops; the same jobs played by it and over HTTP, held to the same; and every
# patch that plants a bug must still apply. With --long an hour of seeds, and each planted bug must
# be found.
part_sim() {
  local code=0 long=(--seeds 1000)
  [[ -z $with_long ]] || long=(--minutes 60)
  dev_suite sim || code=1
  need_node
  build release simulate && build dev simulate callgate || return 1
  plain_suite sim-seeds build/release/tests/sim/simulate "${long[@]}" || code=1
  plain_suite sim-sanitized build/dev/tests/sim/simulate --seed 100001 --seeds 100 || code=1
  plain_suite sim-replayed build/release/tests/sim/simulate --seed 200001 --seeds 100 --replay || code=1
  plain_suite sim-agrees timeout -k 10 120 "$node" tests/e2e/agreement.mjs \
    --binary build/dev/native-server/callgate --simulate build/release/tests/sim/simulate || code=1
  if [[ -z $with_long ]]; then
    plain_suite sim-bugs tests/sim/bugs/run --only-apply || code=1
  else
    plain_suite sim-bugs tests/sim/bugs/run || code=1
  fi
  return "$code"
}
part_sim_carrier() { dev_suite sim_carrier; }

part_conformance() {
  build dev callgate || return 1
  # Each file has a server of its own, and waits for it more than it works.
  node_suite conformance --test-concurrency=2 tests/conformance/*_test.mjs
}

part_campaign() {
  build dev callgate || return 1
  need_node
  plain_suite campaign timeout -k 10 900 "$node" tests/e2e/campaign.mjs --binary build/dev/native-server/callgate
}

part_kill() {
  build dev callgate || return 1
  need_node
  plain_suite kill timeout -k 10 1800 "$node" tests/e2e/kill.mjs --binary build/dev/native-server/callgate \
    --times "$([[ -n $with_long ]] && echo 50 || echo 5)"
}

part_million() {
  build release callgate || return 1
  need_node
  plain_suite million timeout -k 10 900 "$node" tests/e2e/million.mjs --binary build/release/native-server/callgate
}

part_wasm() {
  local code=0
  need_node
  build dev record_day simulate && build wasm callgate_wasm unit_tests || return 1
  catch2_suite wasm-unit "$node" build/wasm/tests/unit_tests.js || code=1
  node_suite wasm-door tests/wasm/*_test.mjs || code=1
  return "$code"
}

part_vectors() {
  local code=0 program
  need_node
  program=$(vectors_program dev)
  build dev vectors_answer && build wasm callgate_wasm || return 1
  plain_suite vectors "$node" scripts/vectors.mjs --native "$program" tests/vectors/*.jsonl || code=1
  plain_suite vectors-wasm "$node" scripts/vectors.mjs --wasm "$vectors_wasm" tests/vectors/*.jsonl || code=1
  CALLGATE_VECTORS="--native $program" node_suite vectors-runner tests/vectors/*_test.mjs || code=1
  return "$code"
}

# Without a Chromium all of it is skipped, and that is said where it is seen.
part_browser() {
  need_npm all
  need_node
  build wasm callgate_wasm || return 1
  quietly test-browser-build "$node" wasm/time/build.mjs || {
    bad_logs+=(test-browser-build)
    return 1
  }
  local code=0
  node_suite browser tests/browser/*_test.mjs || code=1
  sed -n 's/^# SKIPPED: /  browser: /p' build/logs/test-browser.log
  return "$code"
}

# Natively and under node, from the same sources; every name, every change of the clocks.
part_zones() {
  local code=0 text=build/oracle/tz python
  need_node
  need_date_source
  python=$(oracle_python zoneinfo)
  build dev zone_oracle zone_answers && build wasm zone_oracle || return 1
  "$node" tests/oracle/expand.mjs tests/oracle/tzdata.zi "$text" || return 1
  plain_suite zones "$(find build/dev -name zone_oracle -type f)" "$text" || code=1
  plain_suite zones-wasm "$node" build/wasm/tests/oracle/zone_oracle.js "$text" || code=1
  plain_suite zones-python "$python" tests/vectors/cross_check/zones.py \
    "$(find build/dev -name zone_answers -type f)" "$([[ -n $with_long ]] && echo 300 || echo 20)" || code=1
  return "$code"
}

part_literal() {
  local code=0 rows=build/oracle/rows.jsonl many=1000 program python
  [[ -z $with_long ]] || many=20000
  need_node
  program=$(vectors_program dev)
  python=$(oracle_python dateutil)
  build dev vectors_answer rule_answers && build wasm callgate_wasm || return 1
  mkdir -p build/oracle
  "$python" tests/vectors/cross_check/rows.py "$many" >"$rows" || return 1
  [[ -z $with_long ]] || "$python" tests/vectors/cross_check/rows.py 0 --years >>"$rows" || return 1
  plain_suite literal "$node" scripts/vectors.mjs --native "$program" "$rows" || code=1
  plain_suite literal-wasm "$node" scripts/vectors.mjs --wasm "$vectors_wasm" "$rows" || code=1
  plain_suite literal-rules "$python" tests/vectors/cross_check/rules.py \
    "$(find build/dev -name rule_answers -type f)" "$many" || code=1
  return "$code"
}

part_numbers() {
  local python program
  need_node
  need_number_reference
  program=$(vectors_program dev)
  python=$(oracle_python phonenumbers)
  build dev vectors_answer || return 1
  mkdir -p build/oracle
  "$python" tests/vectors/cross_check/number_rows.py 20000 >build/oracle/numbers.jsonl || return 1
  plain_suite numbers "$node" tests/vectors/cross_check/numbers.mjs .deps/numbers "$program" build/oracle/numbers.jsonl
}

# The runtime of Cloudflare Workers on this machine; nothing leaves it.
part_edge() {
  local code=0
  source scripts/edge.sh
  need_edge && build dev callgate record_day && build wasm port_tests || return 1
  bad_logs+=(test-edge-types)
  if quietly test-edge-types check_types; then
    add_counts 1 0
    unset 'bad_logs[-1]'
  else
    add_counts 0 1
  fi
  bad_logs+=(test-edge-conformance)
  quietly test-edge-conformance timeout -k 10 900 "$node" tests/edge/conformance.mjs || code=1
  count_tap test-edge-conformance || code=1
  ((code)) || unset 'bad_logs[-1]'
  node_suite edge tests/edge/*_test.mjs || code=1
  return "$code"
}

part_edge_days() {
  local code=0
  source scripts/edge.sh
  need_edge && build dev callgate || return 1
  plain_suite edge-campaign timeout -k 10 1200 "$node" tests/edge/campaign.mjs --minutes 15 || code=1
  plain_suite edge-kill timeout -k 10 1200 "$node" tests/e2e/kill.mjs --edge --times 10 --people 600 --minutes 18 \
    --binary build/dev/native-server/callgate || code=1
  return "$code"
}

# plain_suite NAME COMMAND…: anything whose last line is "N passed, N failed".
plain_suite() {
  local name=$1 code=0
  shift
  bad_logs+=("test-$name")
  quietly "test-$name" "$@" || code=$?
  count_plain "test-$name" || return 1
  ((code)) || unset 'bad_logs[-1]'
  return "$code"
}

# fuzz_one NAME: in its own folder of found inputs, which starts from the kept ones.
fuzz_one() {
  local name=$1 found=build/fuzz/corpus/$1 log=build/logs/test-$1.log bound=(-max_total_time=20) dictionary=()
  [[ -z $with_long ]] || bound=(-runs=10000000)
  [[ ! -f tests/fuzz/dict/$name.dict ]] || dictionary=(-dict="tests/fuzz/dict/$name.dict")
  mkdir -p "$found" "tests/fuzz/corpus/$name"
  "$(find build/fuzz/ -name "$name" -type f -perm -u+x -print -quit)" "${bound[@]}" "${dictionary[@]}" \
    -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="build/fuzz/$name-" \
    "$found" "tests/fuzz/corpus/$name" >"$log" 2>&1 </dev/null
}

# Two at a time: each is busy with one core.
fuzz_all() {
  local name pids=() names=() i code=0
  for name in "$@"; do
    fuzz_one "$name" &
    pids+=($!) names+=("$name")
    while (($(jobs -rp | wc -l) >= 2)); do wait -n || true; done
  done
  for i in "${!pids[@]}"; do
    if wait "${pids[i]}"; then
      echo "passed ${names[i]}"
    else
      echo "failed ${names[i]}"
      code=1
    fi
  done
  return "$code"
}

fuzzers() { basename -s .cpp tests/fuzz/*_fuzz.cpp; }

part_fuzz() {
  local names=() name code=0
  mapfile -t names < <(fuzzers)
  build fuzz "${names[@]}" || return 1
  quietly test-fuzz fuzz_all "${names[@]}" || code=1
  for name in "${names[@]}"; do
    if grep -qx "passed $name" build/logs/test-fuzz.log; then
      add_counts 1 0
    else
      bad_logs+=("test-$name")
      add_counts 0 1
    fi
  done
  return "$code"
}
# File by file and without precompiled headers: a file that forgets to include what it uses shows.
part_lint() {
  step "Configuring build/lint" configure-lint \
    cmake --preset dev -B build/lint -DCALLGATE_UNITY_SIZE=1 -DCALLGATE_PRECOMPILE=OFF || return 1
  plain_suite lint scripts/lint
}
part_newcomer() { plain_suite newcomer scripts/newcomer bookworm; }

# What the later parts of a whole run wait for is built while the earlier ones leave a core idle, behind
# everything else. Whoever needs it sooner waits at the folder's lock.
ahead_pid=
build_ahead() {
  command -v flock >/dev/null && command -v renice >/dev/null || return 0
  need test wasm
  (
    trap 'end_step; exit 143' INT TERM HUP
    renice -n 19 "$BASHPID"
    # shellcheck disable=SC2046
    build wasm callgate_wasm unit_tests port_tests && build fuzz $(fuzzers)
  ) >build/logs/build-ahead.log 2>&1 </dev/null &
  ahead_pid=$!
}
end_ahead() {
  [[ -z $ahead_pid ]] || kill -TERM -- "-$ahead_pid" 2>/dev/null || true
  ahead_pid=
}

field() { # field LINE NUMBER
  local value
  value=$(cut -d '|' -f "$2" <<<"$1")
  value=${value#"${value%%[! ]*}"}
  printf '%s' "${value%"${value##*[! ]}"}"
}

list_parts() {
  local line
  while read -r line; do
    [[ -n $line ]] || continue
    printf '  %-12s %s%s\n' "$(field "$line" 1)" "$(field "$line" 4)" \
      "$([[ $(field "$line" 2) == long ]] && echo ' (with --long, or when named)')"
  done <<<"$parts"
}

# run_part NAME NEEDS: one row of the table that is printed.
run_part() {
  local name=$1 needs=$2 started=$SECONDS code=0
  local passed_before=$passed failed_before=$failed skipped_before=$skipped
  local step_text="  $name" bad_logs=() log
  # shellcheck disable=SC2086
  need $needs
  [[ " $needs " != *" test "* ]] || need_catch2
  "part_$name" || code=$?
  if ((code != 0 && failed == failed_before)) ||
    ((code == 0 && passed + skipped == passed_before + skipped_before)); then
    failed=$((failed + 1)) # it ended badly, or ran nothing
  fi
  local colour=$green
  ((failed == failed_before)) || colour=$red
  [[ -z $on_terminal ]] || printf '\r\e[K'
  printf '%s%-14s%s %6d passed %5d failed %5d skipped %5d:%02d min\n' "$colour" "$name" "$plain" \
    $((passed - passed_before)) $((failed - failed_before)) $((skipped - skipped_before)) \
    $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60))
  if ((failed > failed_before)); then
    ((${#bad_logs[@]})) || bad_logs=("test-$name")
    for log in "${bad_logs[@]}"; do
      [[ ! -f build/logs/$log.log ]] || show_log "$log"
    done
  fi
}

test_command() {
  local areas=() with_long='' word line name
  for word in "$@"; do
    case $word in
      --long) with_long=yes ;;
      --list) list_parts && return ;;
      -*) die "usage: ./dev test [AREA …] [--long] [--list]" ;;
      *) areas+=("$word") ;;
    esac
  done
  for word in ${areas[@]+"${areas[@]}"}; do
    grep -qE "^$word +\|" <<<"$parts" || {
      list_parts >&2
      die "there is no area '$word'; these are there"
    }
  done
  mkdir -p build/logs
  source scripts/fmt.sh
  source scripts/vectors.sh
  source tests/oracle/needs.sh
  while read -r line <&3; do
    [[ -n $line ]] || continue
    name=$(field "$line" 1)
    if ((${#areas[@]})); then
      [[ " ${areas[*]} " == *" $name "* ]] || continue
    elif [[ $(field "$line" 2) == long && -z $with_long ]]; then
      continue
    fi
    run_part "$name" "$(field "$line" 3)"
    [[ $name != unit ]] || ((${#areas[@]})) || build_ahead
  done 3<<<"$parts"
  end_ahead
  printf '%-14s in %d:%02d min\n' together $((SECONDS / 60)) $((SECONDS % 60))
  # The last line is for programs too.
  if ((skipped)); then
    echo "$passed passed, $failed failed, $skipped skipped"
  else
    echo "$passed passed, $failed failed"
  fi
  ((failed == 0 && passed > 0))
}
