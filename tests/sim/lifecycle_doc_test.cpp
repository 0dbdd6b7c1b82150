// The diagrams of docs/lifecycle.md are made from the transition tables, so that they cannot lie.
// CALLGATE_WRITE_DOCS=1 in the environment writes them anew.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/calls/job_edits.hpp"
#include "core/calls/lifecycle.hpp"

using namespace callgate;

namespace {

constexpr const char* kBegin = "<!-- begin: from core/calls/lifecycle.cpp -->\n";
constexpr const char* kEnd = "<!-- end -->\n";

constexpr std::array kCalls{CallState::waiting, CallState::live,     CallState::completed,
                            CallState::failed,  CallState::canceled, CallState::expired,
                            CallState::blocked, CallState::held};
constexpr std::array kAttempts{AttemptState::intent,      AttemptState::unknown,
                               AttemptState::placed,      AttemptState::ringing,
                               AttemptState::in_progress, AttemptState::ended};

template <class States, class Ends>
std::string diagram(const char* title, const States& states, const Ends& ends) {
  std::string out = std::string{"## "} + title + "\n\n```mermaid\nstateDiagram-v2\n  [*] --> " +
                    std::string{to_word(states[0])} + "\n";
  for (const auto from : states) {
    for (const auto to : states) {
      if (may_follow(from, to)) {
        out += "  " + std::string{to_word(from)} + " --> " + std::string{to_word(to)} + "\n";
      }
    }
    if (ends(from)) {
      out += "  " + std::string{to_word(from)} + " --> [*]\n";
    }
  }
  return out + "```\n\n";
}

std::string settings_table() {
  std::string out = "## A job's settings\n\n| while it is |";
  std::string line = "\n|---|";
  for (std::size_t stage = 0; stage < kJobStages; ++stage) {
    out += " " + std::string{to_word(static_cast<JobStage>(stage))} + " |";
    line += "---|";
  }
  out += line + "\n";
  for (std::size_t i = 0; i < kJobFields; ++i) {
    const auto field = static_cast<JobField>(i);
    out += "| `" + std::string{to_word(field)} + "` |";
    for (std::size_t stage = 0; stage < kJobStages; ++stage) {
      out += may_change(field, static_cast<JobStage>(stage)) ? " yes |" : " 409 |";
    }
    out += "\n";
  }
  return out + "\n";
}

std::string generated() {
  return "\n" + diagram("A call", kCalls, [](CallState state) { return is_terminal(state); }) +
         diagram("An attempt", kAttempts,
                 [](AttemptState state) { return state == AttemptState::ended; }) +
         settings_table();
}

// Wherever in the repository, or below it, the test is run.
std::filesystem::path document() {
  for (auto at = std::filesystem::current_path();; at = at.parent_path()) {
    const auto found = at / "docs" / "lifecycle.md";
    if (std::filesystem::exists(found) || at == at.parent_path()) {
      return found;
    }
  }
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

TEST_CASE("The diagrams of the life of a call are those of the tables") {
  const auto path = document();
  std::string text = text_of(path);
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find(kEnd);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const std::size_t from = begin + std::string{kBegin}.size();
  if (std::getenv("CALLGATE_WRITE_DOCS") != nullptr) {
    text.replace(from, end - from, generated());
    std::ofstream{path, std::ios::binary} << text;
  }
  CHECK(text.substr(from, end - from) == generated());
}
