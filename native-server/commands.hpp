// The program's commands. Each adds itself to the command line, runs while that is parsed, and
// leaves its exit code: 0 done, 1 failed, 2 used wrongly.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <string>

namespace callgate {

void add_serve(CLI::App& app, int& exit_code);
void add_token(CLI::App& app, int& exit_code);
void add_workspace(CLI::App& app, int& exit_code);
void add_import(CLI::App& app, int& exit_code);
void add_jobs(CLI::App& app, int& exit_code);
void add_watch(CLI::App& app, int& exit_code);
void add_export(CLI::App& app, int& exit_code);
void add_next(CLI::App& app, int& exit_code);
void add_validate(CLI::App& app, int& exit_code);
void add_recur(CLI::App& app, int& exit_code);
void add_number(CLI::App& app, int& exit_code);
void add_audit(CLI::App& app, int& exit_code);
void add_keys(CLI::App& app, int& exit_code);

// Of "90s", "30m", "12h" or "30d", as --expires takes them. Throws CLI::ValidationError.
[[nodiscard]] std::int64_t seconds_of(const std::string& text);

}  // namespace callgate
