// Finds functions and variables without a compiler: walks the braces of blanked code and tells from
// the words before each `{` and `;` what it closes or opens. It relies on the layout that
// .clang-format gives (a brace that initialises a value touches the word before it). Lambdas count
// with their function.
#pragma once

#include <string>
#include <vector>

#include "tests/tidy/source.hpp"

namespace callgate::tidy {

struct Function {
  int first_line = 0;  // of its opening brace
  int last_line = 0;
};

struct Variable {
  int line = 0;
  std::string head;  // the declaration's words
};

struct Scopes {
  std::vector<Function> functions;
  std::vector<Variable>
      variables;  // neither const nor constexpr, and living as long as the program
};

[[nodiscard]] Scopes find_scopes(const Source& source);

}  // namespace callgate::tidy
