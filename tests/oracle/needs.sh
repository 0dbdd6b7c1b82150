# What the oracles are built from, beside what every test needs: python3 with its zoneinfo, dateutil and
# phonenumbers from the distribution, zic, and the source of date's tz.cpp. Sourced by scripts/test.sh.

readonly date_version=3.0.1
readonly date_sha256=2768b67c1b5cf07715978584ef174dae679e90bf420777aee4e8b09e993681f1
readonly date_commit=6e921e1b1d21e84a5c82416ba7ecd98e33a436d0

# shellcheck disable=SC2034 # read by look_for_missing
readonly needs_of_python='
command:python3                    python3
command:xz                         xz-utils
proof:has_dateutil                 python3-dateutil
proof:has_phonenumbers             python3-phonenumbers
proof:has_zic                      libc-bin'

# The distribution's own interpreter comes first: its packages are found by no other.
oracle_python() {
  local python
  for python in /usr/bin/python3 python3; do
    if "$python" -c "import zoneinfo, $1" 2>/dev/null; then
      command -v "$python"
      return 0
    fi
  done
  return 1
}

has_dateutil() { oracle_python dateutil >/dev/null; }
has_phonenumbers() { oracle_python phonenumbers >/dev/null; }
has_zic() { PATH=$PATH:/usr/sbin command -v zic >/dev/null; }

# need_date_source: .deps/date, from the distribution's source package (as Catch2: through a list of its
# own, checked against the checksum above), elsewhere from its repository at a pinned commit.
need_date_source() {
  if [[ -f .deps/date/.complete ]]; then return 0; fi
  step "Taking the source of date $date_version" date-source fetch_date_source ||
    die "the source of date's tz.cpp did not come"
}

fetch_date_source() {
  rm -rf .deps/date
  mkdir -p .deps
  if is_debian; then
    fetch_date_package || return 1
  else
    git init -q .deps/date && git -C .deps/date fetch -q --depth 1 \
      https://github.com/HowardHinnant/date.git "$date_commit" &&
      git -C .deps/date checkout -q FETCH_HEAD || return 1
  fi
  [[ -f .deps/date/src/tz.cpp ]] && touch .deps/date/.complete
}

fetch_date_package() {
  local mirror uri key place file
  mirror=$(system_mirror | head -n 1)
  uri=${mirror%%|*} key=${mirror#*|}
  [[ -n $uri ]] || { echo "no mirror of this release was found in the package sources"; return 1; }
  [[ $key == /* ]] || key=/usr/share/keyrings/debian-archive-keyring.gpg
  place=$(pwd)/build/apt-date
  rm -rf "$place"
  mkdir -p "$place/lists/partial" "$place/cache/archives/partial" .deps/date
  echo "deb-src [signed-by=$key] $uri bookworm main" >"$place/sources.list"
  local apt=(apt-get -q -o "Dir::Etc::SourceList=$place/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$place/lists" -o "Dir::Cache=$place/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update || return 1
  (cd "$place" && "${apt[@]}" --download-only source howardhinnant-date) || return 1
  file=$place/howardhinnant-date_$date_version+ds.orig.tar.xz
  echo "$date_sha256  $file" | sha256sum --check || return 1
  tar -C .deps/date --strip-components=1 -xJf "$file" && rm -rf "$place"
}

# need_number_reference: .deps/numbers, two more of libphonenumber as tests/oracle/package-lock.json has it.
need_number_reference() {
  if cmp -s tests/oracle/package-lock.json .deps/numbers/package-lock.json; then return 0; fi
  need npm
  rm -rf .deps/numbers
  mkdir -p .deps/numbers
  cp tests/oracle/package.json tests/oracle/package-lock.json .deps/numbers/
  step "Installing the locked npm packages of numbers" npm-numbers \
    npm --prefix .deps/numbers ci --ignore-scripts ||
    { rm -rf .deps/numbers && die "npm could not install what tests/oracle/package-lock.json names"; }
}
