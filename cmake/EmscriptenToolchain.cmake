# Finds the Emscripten on PATH and hands over to its own toolchain file, be it a distribution's
# (/usr/share/emscripten) or an emsdk's (upstream/emscripten beside emcc).
find_program(CALLGATE_EMCC emcc NO_CMAKE_FIND_ROOT_PATH)
if(NOT CALLGATE_EMCC)
  message(FATAL_ERROR "The wasm preset needs Emscripten >= 3.1.6: no emcc on PATH")
endif()

# Debian's emcc links with acorn, which its node finds only when told where Debian keeps node's
# modules.
if(NOT DEFINED ENV{NODE_PATH} AND EXISTS /usr/share/nodejs/acorn)
  set(ENV{NODE_PATH} /usr/share/nodejs)  # for the compiler checks of the configure step
  set(CMAKE_CXX_LINKER_LAUNCHER "${CMAKE_COMMAND};-E;env;NODE_PATH=/usr/share/nodejs"
    CACHE STRING "")
endif()

get_filename_component(callgate_emcc_real "${CALLGATE_EMCC}" REALPATH)
get_filename_component(callgate_emcc_folder "${callgate_emcc_real}" DIRECTORY)
set(callgate_platform_file "${callgate_emcc_folder}/cmake/Modules/Platform/Emscripten.cmake")
if(NOT EXISTS "${callgate_platform_file}")
  message(FATAL_ERROR "${CALLGATE_EMCC} has no toolchain file at ${callgate_platform_file}")
endif()
include("${callgate_platform_file}")

# Every object, Catch2's too: exceptions of both kinds do not mix in one module. With the JavaScript
# kind destructors would not run when a host function throws through C++, and a call inside a try
# costs 35 times as much.
string(APPEND CMAKE_CXX_FLAGS_INIT " -fwasm-exceptions")
string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -fwasm-exceptions")
