// A question that the core answers inside this process: no server, no storage, the same words as
// the public route of that name. What is wrong with it is told by the name that its part has on the
// command line ("--after", the settings file) instead of its place in the request's body.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate {

class AskedHere {
 public:
  // With fields it is a POST, without a GET.
  explicit AskedHere(std::string target) : target_(std::move(target)) {}

  // A field of the body; `shown` is how the user knows it.
  void set(const std::string& field, const nlohmann::json& value, const std::string& shown);
  // The same as JSON text, so that the core sees it as it was written. Throws std::runtime_error
  // when it is none.
  void set_json(const std::string& field, std::string_view text, const std::string& shown);
  // How the user knows what stands at a pointer inside a field.
  void name(const std::string& pointer, const std::string& shown);

  // The answer to a question that was right. Throws Refused with the core's words, each with its
  // place.
  [[nodiscard]] nlohmann::json answer() const;

  // Prints what `tell` makes of the answer, whose value is the exit code; or, where `raw`, the
  // answer as it came, a refusal's too. Throws Refused.
  int print(bool raw,
            const std::function<int(const nlohmann::json& answer, std::string& text)>& tell) const;

 private:
  struct Said;
  [[nodiscard]] Said ask() const;
  [[nodiscard]] std::string refusal(const std::string& body) const;
  [[nodiscard]] std::string shown_place(const std::string& pointer) const;

  std::string target_;
  std::string body_;  // without its brackets
  std::vector<std::pair<std::string, std::string>> names_;
};

// What `now` stands for, in RFC 3339; anything else is left to the core.
[[nodiscard]] std::string time_or_now(const std::string& text);

// Instants without a second's empty thousandths.
[[nodiscard]] std::string short_time(const std::string& rfc3339);

// "Tue 2026-12-01 09:00" of "2026-12-01T09:00:00": seconds only where there are some.
[[nodiscard]] std::string wall_clock(const std::string& local);

// The same of an instant in a zone.
[[nodiscard]] std::string wall_clock_in(const std::string& zone, const std::string& instant);

}  // namespace callgate
