# ./dev vectors: rows of conformance vectors asked through the public routes, natively or of the shipped
# WebAssembly module; scripts/vectors.mjs compares. Sourced by ./dev and by scripts/test.sh.

readonly vectors_wasm=build/wasm/wasm/callgate.mjs

vectors_program() { printf 'build/%s/tests/vectors/vectors_answer' "$1"; }

vectors_command() {
  local files=() wasm='' word
  for word in "$@"; do
    case $word in
      --wasm) wasm=yes ;;
      -*) die "usage: ./dev vectors [--wasm] [FILE…]" ;;
      # Callers name files from where they stand.
      /*) files+=("$word") ;;
      *) files+=("$called_from/$word") ;;
    esac
  done
  ((${#files[@]})) || files=(tests/vectors/*.jsonl)
  need c_plus_plus
  need_node
  # Only the answers go to standard output, and no step's line between them.
  if [[ -n $wasm ]]; then
    need wasm
    build wasm callgate_wasm >&2 || exit 1
    exec "$node" scripts/vectors.mjs --wasm "$vectors_wasm" "${files[@]}"
  fi
  build release vectors_answer >&2 || exit 1
  exec "$node" scripts/vectors.mjs --native "$(vectors_program release)" "${files[@]}"
}
