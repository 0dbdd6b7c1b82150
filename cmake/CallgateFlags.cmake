# Flags every target shares, each with its reason.
if(CALLGATE_SANITIZE)
  # Of the folder, not of callgate_flags: what a target says of its own comes after these.
  # -fno-sanitize=function: clang 14 reports every coroutine resume.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=function -fno-sanitize-recover=undefined
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined -fno-sanitize=function)
endif()
add_library(callgate_flags INTERFACE)
target_compile_options(callgate_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wconversion
  -ffp-contract=off)                                  # the same arithmetic natively and in wasm
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(callgate_flags INTERFACE -Wno-restrict)  # false alarms of gcc 12 in std::string
endif()
if(CALLGATE_WERROR)
  target_compile_options(callgate_flags INTERFACE -Werror)
endif()

# A clean build is, most of it, the same inline functions compiled in every file: together they take half the
# time. So names in the unnamed
# namespaces of one library differ.
function(callgate_unity target)
  if(CALLGATE_UNITY_SIZE GREATER 1)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${CALLGATE_UNITY_SIZE})
  endif()
endfunction()

# Reading and instantiating headers is most of a clean build. Other presets go without precompiled ones, so
# that a file which forgets to include what it uses is found there.
function(callgate_precompile target)
  if(NOT CALLGATE_PRECOMPILE)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE <algorithm> <array> <chrono> <cstdint> <functional> <map>
    <memory> <optional> <set> <span> <string> <string_view> <tuple> <utility> <variant> <vector> ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${target} PRIVATE -fpch-instantiate-templates
      "SHELL:-Xclang -fno-pch-timestamp")  # for ccache
  endif()
endfunction()

if(CALLGATE_FUZZ)
  target_compile_options(callgate_flags INTERFACE -fsanitize=fuzzer-no-link)  # coverage, without its main
endif()
if(EMSCRIPTEN)
  target_compile_options(callgate_flags INTERFACE -fwasm-exceptions)  # destructors run when JS throws through C++
  target_link_options(callgate_flags INTERFACE -fwasm-exceptions
    -Wl,--stack-first)                                # an overflowing stack traps instead of overwriting data
endif()

# Catch2's expressions take an optimiser long and run once, and what UBSan looks at is the product: half
# the time to build without both.
function(callgate_test target)
  callgate_precompile(${target} <catch2/catch_test_macros.hpp> <nlohmann/json.hpp>)
  if(CALLGATE_SANITIZE)
    target_compile_options(${target} PRIVATE -O0 -fno-sanitize=undefined)
  endif()
endfunction()
