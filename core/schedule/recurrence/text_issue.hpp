// What is wrong in the text of a rule, and where.
#pragma once

#include <cstddef>
#include <string>

namespace callgate {

struct TextIssue {
  std::size_t position = 0;  // bytes from the beginning of the text
  std::string word;          // what stands there; empty where something is missing
  std::string reason;        // a clause, as "is not a weekday"
};

}  // namespace callgate
