# ./dev sim: the simulator, built as users run the core. Sourced by ./dev.

sim_command() {
  need c_plus_plus test
  build release simulate
  exec build/release/tests/sim/simulate "$@"
}
