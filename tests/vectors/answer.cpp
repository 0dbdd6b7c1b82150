// Answers what needs no workspace, natively: Inputs as core/wire.hpp has them come in on standard
// input, each a record of a log, and their Outputs go out on standard output in the same order. It
// does what answerEarly of wasm/door.cpp does, so that both homes are asked the same bytes.
#include <array>
#include <cstdio>
#include <string>
#include <unistd.h>

#include "core/core.hpp"
#include "core/wire.hpp"

namespace callgate {
namespace {

bool answer_all(std::string& waiting) {
  std::string answers;
  std::string_view rest = waiting;
  while (const auto record = next_record(rest)) {
    const auto input = decode_input(*record);
    const auto* request = input ? std::get_if<HttpRequest>(&input->event) : nullptr;
    if (request == nullptr) {
      std::fputs("vectors_answer: this is no request\n", stderr);
      return false;
    }
    Output output;
    if (auto response = answer_without_workspace(*request)) {
      output.answer = std::move(*response);
    }
    append_record(answers, encode(output));
  }
  waiting.erase(0, waiting.size() - rest.size());
  return std::fwrite(answers.data(), 1, answers.size(), stdout) == answers.size() &&
         std::fflush(stdout) == 0;
}

int run() {
  std::string waiting;
  std::array<char, 65'536> piece{};
  for (;;) {
    const ssize_t size = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (size <= 0) {
      return size == 0 && waiting.empty() ? 0 : 1;
    }
    waiting.append(piece.data(), static_cast<std::size_t>(size));
    if (!answer_all(waiting)) {
      return 1;
    }
  }
}

}  // namespace
}  // namespace callgate

int main() {
  return callgate::run();
}
