// The rules of how the code reads, each with a name, one sentence and a function that finds where
// it is broken. They stand in tables (layers, bans, words), so that adding one is adding a line; an
// exception is a line with its reason in tests/tidy/allow.txt. What needs a compiler is left to
// compilers.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/source.hpp"

namespace callgate::tidy {

struct Finding {
  std::string path;
  int line = 0;
  std::string rule;
  std::string detail;
};

struct Repository {
  std::vector<Source> sources;
  std::set<std::string> names;  // every file's last path component
};

struct Rule {
  std::string_view name;
  std::string_view sentence;
  void (*find)(const Source& source, const Repository& repository, std::vector<Finding>& out);
};

[[nodiscard]] const std::vector<Rule>& rules();

// Rules about one file's own text, in rules_of_text.cpp; about C++ words and layers, in
// rules_of_code.cpp.
[[nodiscard]] const std::vector<Rule>& rules_of_text();
[[nodiscard]] const std::vector<Rule>& rules_of_code();

}  // namespace callgate::tidy
