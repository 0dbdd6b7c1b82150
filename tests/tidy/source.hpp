// A source file as the rules see it: its raw lines, the same lines with comments and the contents
// of literals blanked out (columns kept, so that a ban on a word finds code and nothing else), and
// the string literals by themselves. The reader knows raw strings, digit separators and line
// continuations; it is not a compiler and refuses nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callgate::tidy {

struct Literal {
  int line = 0;
  std::string text;
};

struct Source {
  std::string path;
  std::vector<std::string> lines;  // raw, without their ends
  std::vector<std::string> code;   // C++ only: comments and literals blanked
  std::vector<Literal> literals;   // C++ only, in order
  bool is_cpp = false;
  bool is_header = false;
};

[[nodiscard]] Source read_source(std::string path, std::string_view text);

// Whether `code` has `word` with no identifier character beside it (where the word itself ends in
// one).
[[nodiscard]] bool has_word(std::string_view code, std::string_view word);

[[nodiscard]] bool starts_with_any(std::string_view text,
                                   const std::vector<std::string_view>& prefixes);

}  // namespace callgate::tidy
