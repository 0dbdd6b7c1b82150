#include "tests/tidy/scopes.hpp"

#include <algorithm>
#include <cctype>

namespace callgate::tidy {
namespace {

enum class Kind { name_space, type, function, inside };

struct Scope {
  Kind kind = Kind::name_space;
  int first_line = 0;
};

std::string trimmed(const std::string& text) {
  const auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  const auto first = std::find_if_not(text.begin(), text.end(), blank);
  const auto last = std::find_if_not(text.rbegin(), text.rend(), blank).base();
  return first < last ? std::string(first, last) : std::string();
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.substr(0, word.size()) == word && has_word(text.substr(0, word.size() + 1), word);
}

// `=` outside brackets, and not part of an operator's name or a comparison: an initialiser follows.
bool has_initialiser(std::string_view head) {
  int depth = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    const char c = head[i];
    if (c == '(' || c == '<' || c == '[') {
      depth += 1;
    } else if (c == ')' || c == '>' || c == ']') {
      depth -= 1;
    } else if (c == '=' && depth == 0) {
      return head.substr(0, i).find("operator") == std::string_view::npos;
    }
  }
  return false;
}

class Walker {
 public:
  explicit Walker(const Source& source) : source_(source) {}

  Scopes run() {
    bool continued = false;
    for (std::size_t i = 0; i < source_.code.size(); ++i) {
      line_ = static_cast<int>(i) + 1;
      const std::string& text = source_.code[i];
      const bool directive = continued || trimmed(text).substr(0, 1) == "#";
      continued = directive && !text.empty() && text.back() == '\\';
      if (!directive) {
        walk(text);
      }
    }
    return std::move(found_);
  }

 private:
  void walk(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (initialiser_depth_ > 0) {
        initialiser_depth_ += c == '{' ? 1 : c == '}' ? -1 : 0;
      } else if (c == '{') {
        open(i > 0 ? text[i - 1] : ' ');
      } else if (c == '}') {
        close();
      } else if (c == ';' && bracket_depth_ <= 0) {
        end_statement();
      } else {
        bracket_depth_ += c == '(' ? 1 : c == ')' ? -1 : 0;
        head_line_ = head_.find_first_not_of(' ') == std::string::npos ? line_ : head_line_;
        head_ += c;
      }
    }
    head_ += ' ';
  }

  [[nodiscard]] Kind here() const {
    return scopes_.empty() ? Kind::name_space : scopes_.back().kind;
  }
  [[nodiscard]] bool in_function() const {
    return here() == Kind::function || here() == Kind::inside;
  }

  void open(char before) {
    const std::string head = trimmed(head_);
    const bool touches = before != ' ' && !head.empty();
    if (!in_function() && (touches || has_initialiser(head)) &&
        !begins_with_word(head, "namespace")) {
      initialiser_depth_ = 1;
      return;
    }
    Kind kind = Kind::inside;
    if (!in_function()) {
      const bool has_arguments = head.find('(') != std::string::npos;
      if (begins_with_word(head, "namespace") || begins_with_word(head, "inline namespace") ||
          (begins_with_word(head, "extern") && !has_arguments) || head.empty()) {
        kind = Kind::name_space;
      } else {
        kind = has_arguments ? Kind::function : Kind::type;
      }
    }
    scopes_.push_back({kind, line_});
    reset();
  }

  void close() {
    if (!scopes_.empty()) {
      if (scopes_.back().kind == Kind::function) {
        found_.functions.push_back({scopes_.back().first_line, line_});
      }
      scopes_.pop_back();
    }
    reset();
  }

  void end_statement() {
    const std::string head = trimmed(head_);
    const bool is_fixed = has_word(head, "const") || has_word(head, "constexpr");
    const bool is_static = has_word(head, "static") || has_word(head, "thread_local");
    if (in_function() || here() == Kind::type) {
      const bool calls = here() == Kind::type && head.find('(') != std::string::npos;
      if (is_static && !is_fixed && !calls) {
        found_.variables.push_back({head_line_, head});
      }
    } else if (!is_fixed && names_variable(head)) {
      found_.variables.push_back({head_line_, head});
    }
    reset();
  }

  // At namespace scope: not a declaration of something else. The end of a type (`};`) has no head.
  [[nodiscard]] static bool names_variable(const std::string& head) {
    static const std::vector<std::string_view> kOthers = {
        "using", "typedef", "static_assert", "template", "class",    "struct",
        "enum",  "union",   "friend",        "extern",   "namespace"};
    if (head.find_first_not_of("} ") == std::string::npos || head.find('(') != std::string::npos) {
      return false;
    }
    return std::none_of(kOthers.begin(), kOthers.end(),
                        [&head](std::string_view word) { return begins_with_word(head, word); });
  }

  void reset() {
    head_.clear();
    bracket_depth_ = 0;
  }

  const Source& source_;
  Scopes found_;
  std::vector<Scope> scopes_;
  std::string head_;
  int line_ = 0;
  int head_line_ = 0;  // where the statement being read begins
  int bracket_depth_ = 0;
  int initialiser_depth_ = 0;
};

}  // namespace

Scopes find_scopes(const Source& source) {
  return Walker(source).run();
}

}  // namespace callgate::tidy
