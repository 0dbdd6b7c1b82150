// The program itself as a child process: its output, its exit code, a server of it, and a token for
// that.
#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "native-server/data_folder.hpp"

namespace callgate::test {

// A child process with its standard output in a pipe and its log thrown away.
class Process {
 public:
  explicit Process(std::vector<std::string> arguments) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) {
      throw std::runtime_error("pipe");
    }
    arguments.insert(arguments.begin(), CALLGATE_BINARY);
    std::vector<char*> argv;
    for (std::string& argument : arguments) {
      argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      close(ends[0]);
      execv(CALLGATE_BINARY, argv.data());
      _exit(127);
    }
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      wait();
    }
    static_cast<void>(std::fclose(output_));
  }

  std::string read_line() {
    std::array<char, 4096> line{};
    return std::fgets(line.data(), static_cast<int>(line.size()), output_) == nullptr
               ? std::string{}
               : std::string{line.data()};
  }
  std::string read_all() {
    std::string all;
    for (std::string line = read_line(); !line.empty(); line = read_line()) {
      all += line;
    }
    return all;
  }
  void signal(int number) const { kill(pid_, number); }
  // The exit code, or -1 when a signal ended it.
  int wait() {
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  std::FILE* output_ = nullptr;
};

struct Served {
  explicit Served(const std::filesystem::path& folder, std::vector<std::string> more = {},
                  const std::string& port = "0") {
    std::vector<std::string> arguments{"serve",       "--data", folder.string(), "--port", port,
                                       "--log-level", "off"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    process = std::make_unique<Process>(std::move(arguments));
    const std::string line = process->read_line();
    url = line.substr(line.find("http"));
    url.erase(url.find_last_not_of(" \r\n") + 1);
  }
  std::unique_ptr<Process> process;
  std::string url;
};

inline std::string token_for(const std::filesystem::path& folder) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return make_token(DataFolder::find(folder).value(), "default", "owner",
                    std::chrono::duration_cast<std::chrono::seconds>(now).count(), 600);
}

}  // namespace callgate::test
