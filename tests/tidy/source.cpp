#include "tests/tidy/source.hpp"

#include <algorithm>
#include <cctype>

namespace callgate::tidy {
namespace {

bool is_identifier(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Copies the text with everything that is not code blanked, keeping line ends, and collects the
// literals.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text), code_(text) {}

  void run() {
    while (at_ < text_.size()) {
      if (looking_at("//")) {
        blank_until("\n", false);
      } else if (looking_at("/*")) {
        blank_until("*/", true);
      } else if (text_[at_] == '"') {
        literal();
      } else if (text_[at_] == '\'' && !is_digit_separator()) {
        quoted('\'');
      } else {
        next();
      }
    }
  }

  [[nodiscard]] const std::string& code() const { return code_; }
  [[nodiscard]] const std::vector<Literal>& literals() const { return literals_; }

 private:
  [[nodiscard]] bool looking_at(std::string_view what) const {
    return text_.substr(at_, what.size()) == what;
  }

  void next() {
    if (text_[at_] == '\n') {
      line_ += 1;
    }
    at_ += 1;
  }

  void blank() {
    if (text_[at_] != '\n') {
      code_[at_] = ' ';
    }
    next();
  }

  void blank_until(std::string_view end, bool end_too) {
    while (at_ < text_.size() && !looking_at(end)) {
      blank();
    }
    for (std::size_t i = 0; end_too && i < end.size() && at_ < text_.size(); ++i) {
      blank();
    }
  }

  // 1'000: a quote between characters of one number.
  [[nodiscard]] bool is_digit_separator() const {
    std::size_t start = at_;
    while (start > 0 && (is_identifier(text_[start - 1]) || text_[start - 1] == '\'')) {
      start -= 1;
    }
    return start < at_ && std::isdigit(static_cast<unsigned char>(text_[start])) != 0;
  }

  void literal() {
    if (at_ > 0 && text_[at_ - 1] == 'R') {
      raw_string();
      return;
    }
    const int line = line_;
    const std::size_t start = at_ + 1;
    quoted('"');
    literals_.push_back({line, std::string(text_.substr(start, at_ - start - 1))});
  }

  void quoted(char quote) {
    next();
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        blank();
      }
      blank();
    }
    if (at_ < text_.size()) {
      next();
    }
  }

  void raw_string() {
    const std::size_t open = std::min(text_.find('(', at_), text_.size());
    const std::string end = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
    const int line = line_;
    const std::size_t start = std::min(open + 1, text_.size());
    blank_until(end, true);
    const std::size_t stop = at_ >= end.size() ? at_ - end.size() : at_;
    literals_.push_back({line, std::string(text_.substr(start, stop > start ? stop - start : 0))});
  }

  std::string_view text_;
  std::string code_;
  std::vector<Literal> literals_;
  std::size_t at_ = 0;
  int line_ = 1;
};

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

Source read_source(std::string path, std::string_view text) {
  Source source;
  source.lines = split_lines(text);
  source.is_header = ends_with(path, ".hpp");
  source.is_cpp = source.is_header || ends_with(path, ".cpp");
  source.path = std::move(path);
  if (source.is_cpp) {
    Blanker blanker(text);
    blanker.run();
    source.code = split_lines(blanker.code());
    source.literals = blanker.literals();
  }
  return source;
}

bool has_word(std::string_view code, std::string_view word) {
  for (std::size_t at = code.find(word); at != std::string_view::npos;
       at = code.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool open_left = !is_identifier(word.front()) || at == 0 || !is_identifier(code[at - 1]);
    const bool open_right =
        !is_identifier(word.back()) || end == code.size() || !is_identifier(code[end]);
    if (open_left && open_right) {
      return true;
    }
  }
  return false;
}

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [text](std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
  });
}

}  // namespace callgate::tidy
