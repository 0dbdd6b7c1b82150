// Holds the repository to its rules (rules.hpp). Paths come on stdin, one a line, from the
// repository's root:
//   git ls-files | tidy                 every finding is `path:line rule: detail`; exit code 1 if
//   there is one tidy --self-test tests/tidy/bad     the rules' own test: each file there says in
//   `//! rule` what is found
// The last line counts `N passed, N failed`: rules, or snippets and rules that a snippet breaks.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

#include "tests/tidy/rules.hpp"

namespace callgate::tidy {
namespace {

constexpr std::string_view kAllowFile = "tests/tidy/allow.txt";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<Finding> find_all(const Repository& repository, std::set<std::string_view>& broken) {
  std::vector<Finding> findings;
  for (const Source& source : repository.sources) {
    for (const Rule& rule : rules()) {
      const std::size_t before = findings.size();
      rule.find(source, repository, findings);
      if (findings.size() > before) {
        broken.insert(rule.name);
      }
    }
  }
  return findings;
}

// Allowed exceptions: "path rule reason…" a line. One that excuses nothing any more is a finding
// too.
struct Exception {
  std::string path;
  std::string rule;
  int line = 0;
  bool used = false;
};

std::vector<Exception> read_exceptions(std::vector<Finding>& findings) {
  std::vector<Exception> exceptions;
  std::istringstream file(read_file(std::string(kAllowFile)));
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    number += 1;
    std::istringstream words(line);
    Exception exception;
    std::string reason;
    if (line.empty() || line[0] == '#') {
      continue;
    }
    words >> exception.path >> exception.rule >> reason;
    exception.line = number;
    if (reason.empty()) {
      findings.push_back(
          {std::string(kAllowFile), number, "exception", "an exception says its reason"});
    }
    exceptions.push_back(exception);
  }
  return exceptions;
}

// Finds what breaks this rule and is not excused; marks the exceptions that were needed.
std::vector<Finding> find_unexcused(const Rule& rule, const Repository& repository,
                                    std::vector<Exception>& exceptions) {
  std::vector<Finding> findings;
  std::vector<Finding> kept;
  for (const Source& source : repository.sources) {
    rule.find(source, repository, findings);
  }
  for (Finding& finding : findings) {
    const auto excuse =
        std::find_if(exceptions.begin(), exceptions.end(), [&finding](const Exception& each) {
          return each.path == finding.path && each.rule == finding.rule;
        });
    if (excuse == exceptions.end()) {
      kept.push_back(std::move(finding));
    } else {
      excuse->used = true;
    }
  }
  return kept;
}

Repository read_repository() {
  Repository repository;
  for (std::string path; std::getline(std::cin, path);) {
    const std::string text = read_file(path);
    const bool is_text = text.find('\0') == std::string::npos;
    repository.names.insert(path.substr(path.rfind('/') + 1));
    if (is_text && path.rfind("tests/vectors/", 0) != 0 && path.rfind("tests/tidy/bad/", 0) != 0) {
      repository.sources.push_back(read_source(path, text));
    }
  }
  return repository;
}

void print(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    std::cout << finding.path << ':' << finding.line << ' ' << finding.rule << ": "
              << finding.detail << '\n';
  }
}

int check_repository() {
  const Repository repository = read_repository();
  std::vector<Finding> about_exceptions;
  std::vector<Exception> exceptions = read_exceptions(about_exceptions);
  int broken = 0;
  for (const Rule& rule : rules()) {
    const std::vector<Finding> findings = find_unexcused(rule, repository, exceptions);
    print(findings);
    broken += findings.empty() ? 0 : 1;
  }
  for (const Exception& exception : exceptions) {
    if (!exception.used) {
      about_exceptions.push_back(
          {std::string(kAllowFile), exception.line, "exception", "it excuses nothing any more"});
    }
  }
  print(about_exceptions);
  broken += about_exceptions.empty() ? 0 : 1;
  const int all = repository.sources.empty() ? 0 : static_cast<int>(rules().size()) + 1;
  std::cout << repository.sources.size() << " files\n"
            << all - broken << " passed, " << broken << " failed\n";
  return all > 0 && broken == 0 ? 0 : 1;
}

using Expectation = std::multimap<int, std::string>;  // line -> rule

// One snippet: the text with its `//! rule` marks taken out, and what they expect.
struct Snippet {
  std::string path;
  std::string text;
  Expectation expected;
  int lines = 0;
};

// "@repeat N text" stands for N lines of that text, "@." for a dot, "@/" for a slash, "@_" for a
// blank.
std::string unescaped(std::string line) {
  for (const auto& [from, to] :
       {std::pair<std::string_view, char>{"@.", '.'}, {"@/", '/'}, {"@_", ' '}}) {
    for (std::size_t at = line.find(from); at != std::string::npos; at = line.find(from)) {
      line.replace(at, from.size(), 1, to);
    }
  }
  return line;
}

void add_line(Snippet& snippet, std::string line) {
  int times = 1;
  if (line.rfind("@repeat ", 0) == 0) {
    std::size_t used = 0;
    times = std::stoi(line.substr(8), &used);
    line = line.substr(8 + used + 1);
  }
  std::vector<std::string> marks;
  const std::size_t mark = line.find("//! ");
  if (mark != std::string::npos) {
    std::istringstream words(line.substr(mark + 4));
    marks.assign(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>());
    line.erase(line.find_last_not_of(' ', mark == 0 ? 0 : mark - 1) + 1);
  }
  for (; times > 0; --times) {
    snippet.lines += 1;
    snippet.text += unescaped(line) + '\n';
    for (const std::string& rule : marks) {
      snippet.expected.emplace(snippet.lines, rule);
    }
  }
}

std::vector<Snippet> read_snippets(const std::string& path) {
  std::vector<Snippet> snippets;
  std::istringstream file(read_file(path));
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("=== ", 0) == 0) {
      snippets.emplace_back();
      snippets.back().path = unescaped(line.substr(4));
    } else if (!snippets.empty()) {
      add_line(snippets.back(), line);
    }
  }
  return snippets;
}

bool snippet_holds(const Snippet& snippet, std::set<std::string_view>& broken) {
  Repository repository;
  repository.sources.push_back(read_source(snippet.path, snippet.text));
  repository.names.insert("README.md");
  Expectation missing = snippet.expected;
  bool holds = true;
  for (const Finding& finding : find_all(repository, broken)) {
    const auto [first, last] = missing.equal_range(finding.line);
    const auto match = std::find_if(
        first, last, [&finding](const auto& each) { return each.second == finding.rule; });
    if (match == last) {
      std::cout << snippet.path << ':' << finding.line << " unexpected " << finding.rule << ": "
                << finding.detail << '\n';
      holds = false;
    } else {
      missing.erase(match);
    }
  }
  for (const auto& [line, rule] : missing) {
    std::cout << snippet.path << ':' << line << " not found: " << rule << '\n';
    holds = false;
  }
  return holds;
}

int self_test(const std::vector<std::string>& files) {
  int passed = 0;
  int failed = 0;
  std::set<std::string_view> broken;
  for (const std::string& file : files) {
    for (const Snippet& snippet : read_snippets(file)) {
      (snippet_holds(snippet, broken) ? passed : failed) += 1;
    }
  }
  for (const Rule& rule : rules()) {
    const bool shown = broken.count(rule.name) != 0;
    (shown ? passed : failed) += 1;
    if (!shown) {
      std::cout << "no snippet breaks the rule " << rule.name << '\n';
    }
  }
  std::cout << passed << " passed, " << failed << " failed\n";
  return passed > 0 && failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace callgate::tidy

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (!arguments.empty() && arguments[0] == "--self-test") {
    return callgate::tidy::self_test({arguments.begin() + 1, arguments.end()});
  }
  return callgate::tidy::check_repository();
}
