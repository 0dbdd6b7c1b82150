// What a job shows of the errors of its calls.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/api/schema.hpp"

namespace callgate {

struct JobErrorView {
  static constexpr std::string_view kSchemaName = "JobErrorMessage";
  std::string outcome;
  std::string message;
  std::int64_t times = 1;
  Instant first_at{};
  Instant last_at{};
  static constexpr auto fields() {
    return std::array{field<&JobErrorView::outcome>("outcome", "Of the attempts"),
                      field<&JobErrorView::message>("message", "The provider's own word, or ours"),
                      field<&JobErrorView::times>("times", "How often since firstAt"),
                      field<&JobErrorView::first_at>("firstAt", "When it first came"),
                      field<&JobErrorView::last_at>("lastAt", "When it last did")};
  }
};

}  // namespace callgate
