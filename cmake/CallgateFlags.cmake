# Flags every target shares, each with its reason.
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
if(CALLGATE_SANITIZE)
  # -fno-sanitize=function: clang 14 reports every coroutine resume.
  target_compile_options(callgate_flags INTERFACE -fsanitize=address,undefined -fno-sanitize=function
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(callgate_flags INTERFACE -fsanitize=address,undefined -fno-sanitize=function)
endif()
if(CALLGATE_FUZZ)
  target_compile_options(callgate_flags INTERFACE -fsanitize=fuzzer-no-link)  # coverage, without its main
endif()
if(EMSCRIPTEN)
  target_compile_options(callgate_flags INTERFACE -fwasm-exceptions)  # destructors run when JS throws through C++
  target_link_options(callgate_flags INTERFACE -fwasm-exceptions
    -Wl,--stack-first)                                # an overflowing stack traps instead of overwriting data
endif()
