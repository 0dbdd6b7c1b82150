// A question about time or numbers that arrives whole, so that it is answered without a workspace,
// by the same words at every home. What is wrong with it becomes one problem: 422, with the issues'
// own code where they all have the same, `unknown_timezone`, `invalid_datetime` or the question's
// word for everything else (`invalid_config`); else `validation_failed`. Each issue has its place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/api/router.hpp"
#include "core/schedule/config_check.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

// Instants from here on are refused: with a horizon or an offset they would leave the year 9999.
inline constexpr Instant kEndOfQuestions = from_ms(253'402'128'000'000);  // 9999-12-30

class Question {
 public:
  // `word` is the code of a bad value that is neither a zone nor a moment.
  Question(std::string_view word, const Request& request) : word_(word), zones_(request.zones()) {}

  // The body as far as it can be read; what cannot is remembered. A field that is missing, unknown
  // or repeated keeps its code.
  template <class T>
  [[nodiscard]] T read(const Request& request) {
    T asked;
    take(decode_into(asked, request.body_text()));
    return asked;
  }

  // Unless something about the place, or a place around or inside it, was said before.
  void add(const std::string& pointer, std::string_view code, std::string detail);
  void add_invalid(const std::string& pointer, std::string detail) {
    add(pointer, word_, std::move(detail));
  }
  // Fields are below `place`: "" or a pointer.
  void add(const std::string& place, const std::vector<ConfigIssue>& issues);

  // nullptr, and an issue, for an unknown name. The zone stays with the request's table.
  [[nodiscard]] const Zone* zone(std::string_view name, const std::string& pointer);
  void check_instant(Instant at, const std::string& pointer);

  [[nodiscard]] const ZoneTable& zones() const { return zones_; }
  [[nodiscard]] bool is_clean() const { return issues_.empty(); }
  void refuse_if_any() const;

 private:
  void take(std::vector<Issue> issues);

  std::string_view word_;
  const ZoneTable& zones_;
  std::vector<Issue> issues_;
};

}  // namespace callgate
