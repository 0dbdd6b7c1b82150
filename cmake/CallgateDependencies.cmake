# Each dependency: the distribution's package; else the source that `./dev` unpacked into .deps; else the
# upstream source at a pinned commit. Emscripten gets links to the header-only ones, never all of
# /usr/include (the C library's headers there are not its own).
include(FetchContent)

add_library(callgate_core_dependencies INTERFACE)

function(callgate_header_only name header repository commit subdirectory)
  find_path(${name}_HEADERS ${header} PATHS /usr/include NO_CMAKE_FIND_ROOT_PATH)
  if(${name}_HEADERS AND EMSCRIPTEN)
    get_filename_component(folder "${header}" DIRECTORY)
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/include")
    file(CREATE_LINK "${${name}_HEADERS}/${folder}" "${CMAKE_BINARY_DIR}/include/${folder}" SYMBOLIC)
    set(include "${CMAKE_BINARY_DIR}/include")
  elseif(${name}_HEADERS)
    set(include "${${name}_HEADERS}")
  else()
    message(STATUS "callgate: ${header} is not installed; taking ${repository} at ${commit}")
    # No folder of that name: the sources are wanted, not the project's own targets.
    FetchContent_Declare(${name} GIT_REPOSITORY ${repository} GIT_TAG ${commit} SOURCE_SUBDIR headers-only)
    FetchContent_MakeAvailable(${name})
    set(include "${${name}_SOURCE_DIR}/${subdirectory}")
  endif()
  target_include_directories(callgate_core_dependencies SYSTEM INTERFACE "${include}")
endfunction()

callgate_header_only(nlohmann_json nlohmann/json.hpp
  https://github.com/nlohmann/json.git bc889afb4c5bf1c0d8ee29ef35eaaf4c8bef8a5d include)  # v3.11.2
callgate_header_only(tl_expected tl/expected.hpp
  https://github.com/TartanLlama/expected.git 292eff8bd8ee230a7df1d6a1c00c4ea0eb2f0362 include)  # v1.1.0
callgate_header_only(date date/date.h
  https://github.com/HowardHinnant/date.git 6e921e1b1d21e84a5c82416ba7ecd98e33a436d0 include)  # v3.0.1

# Catch2 3 for the tests. Debian 12 packages 2.13 only.
function(callgate_catch2)
  if(EXISTS "${PROJECT_SOURCE_DIR}/.deps/catch2/CMakeLists.txt")
    set(CATCH_INSTALL_DOCS OFF)
    add_subdirectory("${PROJECT_SOURCE_DIR}/.deps/catch2" "${CMAKE_BINARY_DIR}/catch2" EXCLUDE_FROM_ALL)
  else()
    find_package(Catch2 3 QUIET)
    if(NOT Catch2_FOUND)
      FetchContent_Declare(Catch2 GIT_REPOSITORY https://github.com/catchorg/Catch2.git
        GIT_TAG fa43b77429ba76c462b1898d6cd2f2d7a9416b14)  # v3.7.1
      FetchContent_MakeAvailable(Catch2)
    endif()
  endif()
  if(TARGET Catch2 AND NOT Catch2_FOUND)  # built here: 100 small files that read the same headers
    set_target_properties(Catch2 PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 32)
    if(CALLGATE_SANITIZE)
      target_compile_options(Catch2 PRIVATE -O0 -fno-sanitize=all)
    endif()
  endif()
endfunction()
