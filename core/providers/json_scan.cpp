#include "core/providers/json_scan.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/json_parse.hpp"

namespace callgate {
namespace {

// Builds the paths. The parser keeps its own stack, so depth costs no C++ stack, and it stops at
// the first `false`.
class Walker final : public JsonEvents {
 public:
  explicit Walker(JsonVisitor& visitor) : visitor_(visitor) {}

  bool null() override { return give(JsonScalar::Kind::null, "null"); }
  bool boolean(bool value) override {
    return give(JsonScalar::Kind::boolean, value ? "true" : "false");
  }
  bool number(std::string_view as_written) override {
    return give(JsonScalar::Kind::number, as_written);
  }
  bool text(std::string& value) override { return give(JsonScalar::Kind::text, value); }

  bool begin_object() override {
    enter_element();
    visitor_.open_object(path_);
    return push(false);
  }
  bool name(std::string& value) override {
    path_.resize(levels_.back().length);
    if (!path_.empty()) {
      path_ += '.';
    }
    const bool plain = std::none_of(value.begin(), value.end(),
                                    [](char c) { return c == '.' || c == '[' || c == ']'; });
    path_ += plain ? std::string_view{value} : std::string_view{"?"};
    return true;
  }
  bool end_object() override {
    path_.resize(levels_.back().length);
    levels_.pop_back();
    visitor_.close_object(path_);
    return true;
  }
  bool begin_array() override {
    enter_element();
    visitor_.open_array(path_);
    return push(true);
  }
  bool end_array() override {
    path_.resize(levels_.back().length);
    levels_.pop_back();
    return true;
  }

 private:
  struct Level {
    std::size_t length;  // of the container's own path
    bool is_array;
  };

  bool push(bool is_array) {
    if (levels_.size() >= kJsonDepthMax) {
      return false;
    }
    levels_.push_back({path_.size(), is_array});
    return true;
  }

  // In an array each element stands at the array's path and "[]"; in an object key() has set the
  // path.
  void enter_element() {
    if (!levels_.empty() && levels_.back().is_array) {
      path_.resize(levels_.back().length);
      path_ += "[]";
    }
  }

  bool give(JsonScalar::Kind kind, std::string_view text) {
    enter_element();
    visitor_.scalar(path_, {kind, text});
    return true;
  }

  JsonVisitor& visitor_;
  std::string path_;
  std::vector<Level> levels_;
};

class RootKind final : public JsonVisitor {
 public:
  void scalar(std::string_view /*path*/, const JsonScalar& /*value*/) override {}
  void open_object(std::string_view path) override { is_object_ = is_object_ || path.empty(); }
  [[nodiscard]] bool is_object() const { return is_object_; }

 private:
  bool is_object_ = false;
};

}  // namespace

bool scan_json(std::string_view text, JsonVisitor& visitor) {
  Walker walker{visitor};
  return !parse_json(text, walker);
}

bool is_json_object(std::string_view text) {
  RootKind root;
  return scan_json(text, root) && root.is_object();
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // where the run of characters that need no escape began
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') {
      continue;
    }
    out.append(text, plain, at - plain);
    plain = at + 1;
    if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15U];
    } else {
      out += '\\';
      out += text[at];
    }
  }
  out.append(text, plain);
  out += '"';
}

}  // namespace callgate
