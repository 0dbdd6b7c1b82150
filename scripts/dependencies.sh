# What each command needs, and how it comes here. A need is a proof (a command, a header, a function)
# and the Debian package that brings it; only what has no proof is installed. Elsewhere than on Debian
# nothing is installed: what is missing is named, and CMake fetches the header-only libraries and Catch2
# at pinned commits. The system's package sources are never changed. Sourced by ./dev.

readonly catch2_version=3.7.1
readonly catch2_sha256=c991b247a1a0d7bb9c39aa35faf0fe9e19764213f28ffba3109388e62ee0269c

readonly needs_of_c_plus_plus='
command:c++,g++,clang++            g++'
readonly needs_of_build='
command:c++,g++,clang++            g++
command:cmake                      cmake
command:ninja                      ninja-build
command:pkg-config,pkgconf         pkg-config
header:nlohmann/json.hpp           nlohmann-json3-dev        fetched
header:tl/expected.hpp             libexpected-dev           fetched
header:date/date.h                 libhowardhinnant-date-dev fetched
proof:has_boost                    BOOST
header:sqlite3.h                   libsqlite3-dev
header:openssl/evp.h               libssl-dev
header:curl/curl.h                 libcurl4-openssl-dev
header:rhonabwy.h                  librhonabwy-dev
header:CLI/CLI.hpp                 libcli11-dev
header:spdlog/spdlog.h             libspdlog-dev'
readonly needs_of_run="$needs_of_build
command:curl                       curl"
readonly needs_of_test="$needs_of_build
command:clang++                    clang
proof:has_sanitizers               libclang-rt-dev"
readonly needs_of_wasm='
command:cmake                      cmake
command:ninja                      ninja-build
header:nlohmann/json.hpp           nlohmann-json3-dev        fetched
header:tl/expected.hpp             libexpected-dev           fetched
header:date/date.h                 libhowardhinnant-date-dev fetched
command:emcc                       emscripten'
readonly needs_of_npm='
command:npm                        npm
command:node                       nodejs'
readonly needs_of_format='
proof:has_clang_format             clang-format-19'
readonly needs_of_lint="$needs_of_build
command:clang-tidy                 clang-tidy"
readonly needs_of_newcomer='
command:debootstrap                debootstrap'

os_field() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" /etc/os-release 2>/dev/null || true; }

is_debian() {
  command -v apt-get >/dev/null && [[ " $(os_field ID) $(os_field ID_LIKE) " == *" debian "* ]]
}

is_debian_12() { [[ $(os_field ID) == debian && $(os_field VERSION_ID) == 12 ]]; }

# The package of a line above, where its name depends on the release.
package_name() {
  case $1 in
    BOOST) if is_debian_12; then echo libboost1.81-dev; else echo libboost-dev; fi ;;
    *) echo "$1" ;;
  esac
}

find_header() {
  local folder
  for folder in /usr/local/include /usr/include /usr/include/*-linux-gnu ${HOMEBREW_PREFIX:+"$HOMEBREW_PREFIX/include"}; do
    if [[ -e $folder/$1 ]]; then
      echo "$folder/$1"
      return 0
    fi
  done
  # A compiler that looks elsewhere too (CPATH, a toolchain of its own).
  ! is_debian && printf '#include <%s>\n' "$1" | c++ -x c++ -fsyntax-only - 2>/dev/null
}

has_boost() {
  local header
  header=$(find_header boost/version.hpp) || return 1
  [[ -z $header ]] || (($(awk '$1 == "#define" && $2 == "BOOST_VERSION" {print $3}' "$header") >= 108100))
}

has_sanitizers() {
  command -v clang++ >/dev/null &&
    echo 'int main() {}' | clang++ -x c++ -fsanitize=address,undefined -o /dev/null - 2>/dev/null
}


has_clang_format() {
  command -v clang-format-19 >/dev/null || { ! is_debian && command -v clang-format >/dev/null; }
}

proven() {
  local kind=${1%%:*} what=${1#*:} name
  case $kind in
    command)
      for name in ${what//,/ }; do
        if command -v "$name" >/dev/null; then return 0; fi
      done
      return 1
      ;;
    header) find_header "$what" >/dev/null ;;
    proof) "$what" ;;
  esac
}

# What is missing for these groups: fills `missing` with packages and `unproven` with what CMake cannot
# fetch by itself.
look_for_missing() {
  local group proof package elsewhere table
  missing=()
  unproven=()
  for group in "$@"; do
    table=needs_of_$group
    while read -r proof package elsewhere; do
      if [[ -z $proof ]] || proven "$proof"; then continue; fi
      package=$(package_name "$package")
      if [[ " ${missing[*]-} " != *" $package "* ]]; then missing+=("$package"); fi
      if [[ $elsewhere != fetched ]]; then unproven+=("${proof#*:} (Debian's package $package)"); fi
    done <<<"${!table}"
  done
}

# need GROUP…: makes the proofs of these groups hold, or ends with what is missing.
need() {
  local missing unproven
  look_for_missing "$@"
  ((${#missing[@]})) || return 0
  if is_debian; then
    install_packages "${missing[@]}"
    look_for_missing "$@"
    ((${#missing[@]} == 0)) || die "installed, but still not usable: ${missing[*]}"
  elif ((${#unproven[@]})); then
    {
      say "This is not a Debian system, so nothing is installed here. What is missing on this machine:"
      printf '  %s\n' "${unproven[@]}"
    } >&2
    die "install these with your system's packages, then run the same command again"
  fi
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends --no-remove \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install "$@"
}

apt_update() { as_root apt-get -q -o DPkg::Lock::Timeout=300 update; }

# The lists are good for a day; without them, or with older ones, packages may have moved.
apt_lists_are_fresh() {
  local lists=/var/lib/apt/lists
  [[ -n $(find "$lists" -maxdepth 1 -name '*_Packages*' -mmin -1440 -print -quit 2>/dev/null) ]]
}

install_packages() {
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "as root, run: apt-get install --no-install-recommends $*  (then the same command again)"
    say "  $# Debian packages are missing; sudo may ask for your password."
    sudo -v || die "sudo refused; as root, run: apt-get install --no-install-recommends $*"
  fi
  if ! apt_lists_are_fresh; then
    step "Updating the package lists" apt-update apt_update || die "the package lists could not be updated"
  fi
  local text="Installing Debian packages: $*"
  if (($# > 4)); then text="Installing $# Debian packages: $1 $2 $3 …"; fi
  step "$text" apt-install apt_install "$@" || {
    say "  A package that would have to be removed first is never removed from here." >&2
    die "run: apt-get install --no-install-recommends $*"
  }
}

# need_catch2: the tests' framework, as source, because it is also compiled to wasm (and Debian 12 packages
# an older one). It comes from the system's own mirror through a private list, is checked against the
# checksum above, and lies in .deps/catch2. Where that cannot be, CMake takes it at a pinned commit.
need_catch2() {
  if [[ -f .deps/catch2/.complete ]] || ! is_debian; then return 0; fi
  step "Taking the source package of Catch2 $catch2_version" catch2 fetch_catch2 ||
    say "  The source package did not come; CMake will try Catch2's own repository."
}

# The system's own mirror for its release: "URI|signed-by", from deb822 or one-line entries.
system_mirror() {
  local codename file
  codename=$(os_field VERSION_CODENAME)
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -f $file ]] || continue
    awk -v suite="$codename" -v RS='' -F'\n' '
      { uri = suites = key = ""; off = 0
        for (i = 1; i <= NF; i++) {
          name = tolower($i); sub(/:.*/, "", name); value = $i; sub(/^[^:]*:[ \t]*/, "", value)
          if (name == "uris") { split(value, all, " "); uri = all[1] }
          if (name == "suites") suites = " " value " "
          if (name == "signed-by") key = value
          if (name == "enabled" && tolower(value) == "no") off = 1
        }
        if (!off && uri != "" && index(suites, " " suite " ")) { print uri "|" key; exit } }' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -f $file ]] || continue
    sed -nE "s/^deb[[:space:]]+(\[([^]]*)\][[:space:]]+)?([^[:space:]]+)[[:space:]]+${codename}[[:space:]].*/\3|\2/p" "$file" |
      sed -E 's/\|.*signed-by=([^ ]*).*/|\1/; t; s/\|.*/|/'
  done
}

fetch_catch2() {
  local mirror uri key place folder
  mirror=$(system_mirror | head -n 1)
  uri=${mirror%%|*} key=${mirror#*|}
  [[ -n $uri ]] || { echo "no mirror of this release was found in the package sources"; return 1; }
  [[ $key == /* ]] || key=/usr/share/keyrings/debian-archive-keyring.gpg
  place=$(pwd)/build/apt
  rm -rf "$place"
  mkdir -p "$place/lists/partial" "$place/cache/archives/partial" .deps
  echo "deb-src [signed-by=$key] $uri trixie main" >"$place/sources.list"
  local apt=(apt-get -q -o "Dir::Etc::SourceList=$place/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$place/lists" -o "Dir::Cache=$place/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update || return 1
  (cd "$place" && "${apt[@]}" --download-only source "catch2=$catch2_version*") ||
    (cd "$place" && "${apt[@]}" --download-only source catch2) || return 1
  echo "$catch2_sha256  $place/catch2_$catch2_version.orig.tar.gz" | sha256sum --check || return 1
  tar -C "$place" -xzf "$place/catch2_$catch2_version.orig.tar.gz" || return 1
  folder=$(dirname "$(find "$place" -maxdepth 2 -name CMakeLists.txt -print -quit)")
  grep -q "VERSION $catch2_version" "$folder/CMakeLists.txt" || return 1
  rm -rf .deps/catch2 && mv "$folder" .deps/catch2 && touch .deps/catch2/.complete && rm -rf "$place"
}

# need_npm [all]: the packages of package-lock.json: only Node itself, or all of them with the peers that
# bench/ measures. No package's install script runs.
need_npm() {
  local which=${1:-node} lock installed='' arguments=()
  lock=$(cksum <package-lock.json)
  [[ ! -f node_modules/.callgate ]] || installed=$(<node_modules/.callgate)
  if [[ $installed == "all $lock" || $installed == "$which $lock" ]]; then return 0; fi
  need npm
  [[ $which == all ]] || arguments=(--omit=dev)
  step "Installing the locked npm packages" npm npm ci --ignore-scripts "${arguments[@]+"${arguments[@]}"}" ||
    die "npm could not install the packages of package-lock.json"
  printf '%s' "$which $lock" >node_modules/.callgate
}

# need_node: sets $node to Node 24 or newer: the one on PATH, else the one of package-lock.json.
node=
need_node() {
  local major
  major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)
  node=$(command -v node || true)
  if ((${major:-0} < 24)); then
    need_npm node
    node=$(find "$(pwd)"/node_modules/node-linux-*/bin -name node -print -quit 2>/dev/null || true)
    [[ -n $node ]] || die "Node 24 or newer is needed; there is no npm package of it for this machine"
  fi
}
