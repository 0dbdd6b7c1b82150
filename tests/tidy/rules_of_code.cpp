#include <algorithm>
#include <cctype>

#include "tests/tidy/rules.hpp"
#include "tests/tidy/scopes.hpp"

namespace callgate::tidy {
namespace {

using Prefixes = std::vector<std::string_view>;

constexpr int kFunctionLinesMax = 70;

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// base <- calls, schedule, limits <- dispatch, forecast, providers, imports <- store <- engine <-
// api
// <- core. The longest prefix that fits a file says what it may include of the repository's own
// headers.
struct Layer {
  std::string_view of;
  Prefixes may_include;
};

const std::vector<Layer>& layers() {
  static const std::vector<Layer> kLayers = {
      {"core/base/", {"core/base/"}},
      {"core/calls/", {"core/base/", "core/calls/"}},
      {"core/schedule/", {"core/base/", "core/schedule/"}},
      {"core/limits/", {"core/base/", "core/limits/"}},
      {"core/dispatch/",
       {"core/base/", "core/calls/", "core/schedule/", "core/limits/", "core/dispatch/"}},
      {"core/forecast/",
       {"core/base/", "core/calls/", "core/schedule/", "core/limits/", "core/dispatch/",
        "core/forecast/"}},
      {"core/providers/",
       {"core/base/", "core/calls/", "core/providers/", "core/crypto.hpp", "core/input.hpp",
        "core/output.hpp"}},
      {"core/imports/",
       {"core/base/", "core/calls/", "core/schedule/", "core/limits/", "core/imports/"}},
      {"core/store/",
       {"core/base/", "core/calls/", "core/schedule/", "core/limits/", "core/dispatch/",
        "core/forecast/", "core/providers/", "core/imports/", "core/store/", "core/context.hpp",
        "core/crypto.hpp", "core/input.hpp", "core/output.hpp"}},
      {"core/engine/",
       {"core/base/", "core/calls/", "core/schedule/", "core/limits/", "core/dispatch/",
        "core/forecast/", "core/providers/", "core/imports/", "core/store/", "core/engine/",
        "core/context.hpp", "core/crypto.hpp", "core/input.hpp", "core/output.hpp"}},
      {"core/store/sql.hpp", {"core/base/"}},
      {"core/crypto.hpp", {"core/base/"}},
      {"core/input.hpp", {"core/base/"}},
      {"core/output.hpp", {"core/base/", "core/input.hpp"}},
      {"core/context.hpp",
       {"core/base/", "core/crypto.hpp", "core/input.hpp", "core/output.hpp",
        "core/store/sql.hpp"}},
      {"core/wire",
       {"core/base/", "core/input.hpp", "core/output.hpp", "core/crypto.hpp", "core/store/sql.hpp",
        "core/api/json.hpp", "core/api/arrival.hpp", "core/wire"}},
      {"core/api/",
       {"core/api/", "core/base/", "core/calls/", "core/schedule/", "core/limits/",
        "core/dispatch/", "core/forecast/", "core/providers/", "core/imports/", "core/store/",
        "core/engine/", "core/context.hpp", "core/crypto.hpp", "core/input.hpp",
        "core/output.hpp"}},
      {"core/", {"core/"}},
      {"native-server/",
       {"native-server/", "core/base/", "core/core.hpp", "core/input.hpp", "core/output.hpp",
        "core/wire.hpp", "core/crypto.hpp", "core/store/sql.hpp"}},
      // The simulated carrier is an independent reading of the contract: the HTTP front and no
      // core.
      {"native-server/sim_carrier/", {"native-server/", "core/output.hpp"}},
      {"wasm/",
       {"wasm/", "core/base/", "core/core.hpp", "core/input.hpp", "core/output.hpp",
        "core/wire.hpp", "core/crypto.hpp", "core/store/sql.hpp"}},
  };
  return kLayers;
}

// The file an #include line names, with `"` or `<` before it; empty when the line includes nothing.
std::string included(const Source& source, std::size_t index) {
  if (source.code[index].find("#include") == std::string::npos) {
    return {};
  }
  const std::string& line = source.lines[index];
  const std::size_t open = line.find_first_of("\"<");
  if (open == std::string::npos) {
    return {};
  }
  return line.substr(open, line.find_first_of("\">", open + 1) - open);
}

void find_layers(const Source& source, const Repository&, std::vector<Finding>& out) {
  const Layer* layer = nullptr;
  for (const Layer& each : layers()) {
    if (starts_with(source.path, each.of) &&
        (layer == nullptr || each.of.size() > layer->of.size())) {
      layer = &each;
    }
  }
  for (std::size_t i = 0; i < source.code.size(); ++i) {
    const std::string name = included(source, i);
    if (name.empty() || name.front() != '"') {
      continue;
    }
    const std::string_view path = std::string_view(name).substr(1);
    const int line = static_cast<int>(i) + 1;
    if (!starts_with_any(path, {"core/", "native-server/", "wasm/", "tests/", "bench/"})) {
      out.push_back({source.path, line, "layers",
                     "include from the repository root, not " + std::string(path)});
    } else if (layer != nullptr && !starts_with_any(path, layer->may_include)) {
      out.push_back({source.path, line, "layers",
                     std::string(layer->of) + " does not know " + std::string(path)});
    }
  }
}

// A word that may not stand in these folders' code. A pattern in <> is an include.
struct Ban {
  std::string_view rule;
  Prefixes folders;
  Prefixes words;
  std::string_view reason;
  std::string_view but_not = {};  // the one file that may
};

const Prefixes& pure_folders() {
  static const Prefixes kFolders = {"core/base/",      "core/calls/",    "core/schedule/",
                                    "core/limits/",    "core/dispatch/", "core/forecast/",
                                    "core/providers/", "core/imports/"};
  return kFolders;
}

const std::vector<Ban>& bans() {
  static const std::vector<Ban> kBans = {
      {"no-float",
       {"core/"},
       {"float", "double", "<cmath>", "<math.h>", "std::stod", "std::stof", "strtod", "atof"},
       "decisions are integers, the same to the bit everywhere"},
      {"same-everywhere",
       {"core/"},
       {"<random>", "std::shuffle", "std::hash", "std::unordered_map", "std::unordered_set",
        "std::unordered_multimap", "std::unordered_multiset", "<unordered_map>", "<unordered_set>",
        "<regex>", "<locale>", "std::locale", "std::rand", "srand", "std::random_device"},
       "its result or order differs between libraries"},
      {"no-long", {"core/"}, {"long"}, "long is 32 bits in wasm; name the width"},
      {"no-streams",
       {"core/"},
       {"<iostream>", "<sstream>", "<fstream>", "<iomanip>", "<ostream>", "<istream>", "<cstdio>",
        "<stdio.h>", "printf", "snprintf", "sprintf", "fprintf", "puts", "fputs", "std::cout",
        "std::cerr", "std::to_wstring"},
       "streams and stdio double the wasm and are I/O"},
      {"no-clock",
       {"core/"},
       {"system_clock::now", "steady_clock::now", "steady_clock", "high_resolution_clock",
        "clock_gettime", "gettimeofday", "std::time", "time(nullptr)", "<ctime>", "<time.h>",
        "localtime", "gmtime"},
       "time comes in with the Input"},
      {"no-threads",
       {"core/"},
       {"<thread>", "<mutex>", "<atomic>", "<future>", "<condition_variable>", "<shared_mutex>",
        "std::thread", "std::mutex", "std::atomic", "thread_local", "co_await"},
       "the core is called by one thread at a time and starts none"},
      {"no-environment",
       {"core/"},
       {"getenv", "std::getenv", "system", "fopen", "<filesystem>", "std::filesystem"},
       "the core has no operating system"},
      {"no-exceptions",
       pure_folders(),
       {"throw", "try", "catch"},
       "pure folders never throw; answer with a value",
       "core/base/check.cpp"},
      {"no-json",
       {"core/base/", "core/calls/", "core/schedule/", "core/limits/", "core/dispatch/",
        "core/forecast/"},
       {"nlohmann", "<nlohmann/json.hpp>", "<nlohmann/json_fwd.hpp>"},
       "pure folders never see JSON"},
      {"check-not-assert",
       {"core/", "native-server/", "wasm/"},
       {"assert", "<cassert>"},
       "CHECK holds in release too"},
      {"compiler-subset",
       {"core/", "native-server/", "wasm/", "tests/", "bench/"},
       {"std::format", "<format>", "std::expected", "<expected>", "std::ranges", "std::views",
        "<ranges>", "std::bit_cast", "<source_location>", "std::source_location", "<print>",
        "std::print"},
       "gcc 12, clang 14 or Emscripten 3.1.6 has no such thing"},
      {"using-namespace",
       {"core/", "native-server/", "wasm/"},
       {"using namespace std", "using namespace date", "using namespace callgate"},
       "say whose name it is"},
  };
  return kBans;
}

void find_bans(const Source& source, const Repository&, std::vector<Finding>& out) {
  for (const Ban& ban : bans()) {
    if (!starts_with_any(source.path, ban.folders) || source.path == ban.but_not) {
      continue;
    }
    for (std::size_t i = 0; i < source.code.size(); ++i) {
      for (const std::string_view word : ban.words) {
        if (has_word(source.code[i], word)) {
          out.push_back({source.path, static_cast<int>(i) + 1, std::string(ban.rule),
                         std::string(word) + ": " + std::string(ban.reason)});
          break;
        }
      }
    }
  }
}

void find_defaulted_spaceship(const Source& source, const Repository&, std::vector<Finding>& out) {
  for (std::size_t i = 0; i < source.code.size(); ++i) {
    if (source.code[i].find("operator<=>") != std::string::npos) {
      out.push_back({source.path, static_cast<int>(i) + 1, "compiler-subset",
                     "operator<=>: write == and a key"});
    }
  }
}

// Tests have it precompiled.
void find_json_in_header(const Source& source, const Repository&, std::vector<Finding>& out) {
  if (source.path.compare(0, 6, "tests/") == 0) {
    return;
  }
  for (std::size_t i = 0; source.is_header && i < source.code.size(); ++i) {
    if (included(source, i) == "<nlohmann/json.hpp") {
      out.push_back(
          {source.path, static_cast<int>(i) + 1, "json-in-header",
           "nlohmann/json.hpp is the build time: include json_fwd.hpp, or keep it in a .cpp"});
    }
  }
}

void find_sql(const Source& source, const Repository&, std::vector<Finding>& out) {
  if (!starts_with(source.path, "core/")) {
    return;
  }
  for (const Literal& literal : source.literals) {
    const std::size_t first = std::min(literal.text.find_first_not_of(" \n"), literal.text.size());
    const std::string_view text = std::string_view(literal.text).substr(first);
    if (!starts_with(source.path, "core/store/") &&
        starts_with_any(text, {"SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ",
                               "CREATE TABLE ", "PRAGMA "})) {
      out.push_back({source.path, literal.line, "sql-in-store", "SQL stands in core/store only"});
    }
    for (const std::string_view word :
         {"unixepoch(", "random()", "randomblob(", "CURRENT_TIMESTAMP", "CURRENT_DATE", "datetime(",
          "strftime(", "julianday("}) {
      if (literal.text.find(word) != std::string::npos) {
        out.push_back({source.path, literal.line, "sql-clock",
                       std::string(word) + ": bind the Input's time or entropy"});
      }
    }
  }
}

void find_long_functions(const Source& source, const Repository&, std::vector<Finding>& out) {
  for (const Function& function : find_scopes(source).functions) {
    const int lines = function.last_line - function.first_line + 1;
    if (lines > kFunctionLinesMax) {
      out.push_back(
          {source.path, function.first_line, "function-length",
           std::to_string(lines) + " lines, at most " + std::to_string(kFunctionLinesMax)});
    }
  }
}

void find_global_state(const Source& source, const Repository&, std::vector<Finding>& out) {
  if (!starts_with(source.path, "core/")) {
    return;
  }
  for (const Variable& variable : find_scopes(source).variables) {
    out.push_back(
        {source.path, variable.line, "global-state", "mutable and lives as long as the program"});
  }
}

void find_vague_names(const Source& source, const Repository&, std::vector<Finding>& out) {
  for (std::size_t i = 0; i < source.code.size(); ++i) {
    std::string_view rest = source.code[i];
    for (const std::string_view keyword : {"class ", "struct "}) {
      const std::size_t at = rest.find(keyword);
      if (at == std::string_view::npos) {
        continue;
      }
      const std::string_view name = rest.substr(at + keyword.size());
      const std::string_view word = name.substr(0, name.find_first_of(" ;:<{>,)"));
      for (const std::string_view vague : {"Manager", "Helper", "Util", "Utils"}) {
        if (word.size() >= vague.size() && word.substr(word.size() - vague.size()) == vague) {
          out.push_back(
              {source.path, static_cast<int>(i) + 1, "names", std::string(word) + " says nothing"});
        }
      }
    }
  }
}

void find_header_form(const Source& source, const Repository&, std::vector<Finding>& out) {
  if (!source.is_header || source.lines.empty()) {
    return;
  }
  if (!starts_with(source.lines[0], "//")) {
    out.push_back({source.path, 1, "header-form", "a header opens with what it is, in a comment"});
  }
  if (std::find(source.code.begin(), source.code.end(), "#pragma once") == source.code.end()) {
    out.push_back({source.path, 1, "header-form", "#pragma once is missing"});
  }
}

}  // namespace

const std::vector<Rule>& rules_of_code() {
  static const std::vector<Rule> kRules = {
      {"layers", "a folder includes only what is below it", find_layers},
      {"bans", "words that the core, or every home's compiler, does not know", find_bans},
      {"compiler-subset", "no operator<=>", find_defaulted_spaceship},
      {"json-in-header", "nlohmann/json.hpp stands in .cpp files only", find_json_in_header},
      {"sql", "SQL stands in core/store, and asks no clock and no chance", find_sql},
      {"function-length", "a function has at most 70 lines", find_long_functions},
      {"global-state", "the core has no mutable variable that outlives a call", find_global_state},
      {"names", "no Manager, Helper or Util", find_vague_names},
      {"header-form", "a header opens with its contract and #pragma once", find_header_form},
  };
  return kRules;
}

}  // namespace callgate::tidy
