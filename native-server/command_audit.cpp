// audit: the log of what people did, and whether it is whole.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "native-server/client.hpp"
#include "native-server/commands.hpp"
#include "native-server/openssl_crypto.hpp"

namespace callgate {
namespace {

using nlohmann::json;

constexpr const char* kVerifyExamples = R"text(
Hashes the log again, entry by entry: each hash covers the entry and the hash before it, so an entry
that was changed, moved or taken out shows. A log that was written anew as a whole, or whose end was
cut off, shows to whoever noted a hash of it: keep the one that is printed.

Examples
  callgate audit verify
  callgate audit verify --noted 3f9a…          the log still holds this hash
  callgate audit export > audit.ndjson && callgate audit verify audit.ndjson

Exits with 0 when the log is whole, with 1 when it is not.)text";

// Oldest first.
std::vector<json> entries_of(Client& client) {
  std::vector<json> entries;
  std::string cursor;
  do {
    const json page = client.get("/api/audit?limit=1000" +
                                 (cursor.empty() ? "" : "&cursor=" + percent_encoded(cursor)));
    for (const json& entry : page.at("entries")) {
      entries.push_back(entry);
    }
    cursor = page.value("nextCursor", "");
  } while (!cursor.empty());
  std::reverse(entries.begin(), entries.end());
  return entries;
}

std::vector<json> entries_of(std::istream& file) {
  std::vector<json> entries;
  for (std::string line; std::getline(file, line);) {
    json entry = json::parse(line, nullptr, false);
    if (!entry.is_object()) {
      throw std::runtime_error("line " + std::to_string(entries.size() + 1) + " is no JSON object");
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

// As core/store/audit.hpp says.
std::string hash_of(const json& entry, const std::string& before) {
  Blob data = from_hex(before).value_or(Blob{});
  data.resize(sizeof(Digest));
  for (const char* field : {"at", "actor", "action", "subject", "detail"}) {
    const std::string text = entry.value(field, "");
    for (const std::string& part : {std::to_string(text.size()) + ":", text, std::string{","}}) {
      data.insert(data.end(), part.begin(), part.end());
    }
  }
  return to_hex(OpensslCrypto{{}}.sha256(data));
}

int verify(const std::vector<json>& entries, const std::string& noted) {
  std::string before;
  std::size_t unhashed = 0;
  bool found = noted.empty();
  for (const json& entry : entries) {
    const std::string hash = entry.value("hash", "");
    if (hash.empty() && before.empty()) {
      ++unhashed;
      continue;
    }
    if (hash != hash_of(entry, before)) {
      std::printf(
          "not whole: the entry of %s (%s by %s) does not follow from the one before it; it\n"
          "or its neighbour was changed, moved or taken out\n",
          entry.value("at", "?").c_str(), entry.value("action", "?").c_str(),
          entry.value("actor", "?").c_str());
      return 1;
    }
    found = found || hash == noted;
    before = hash;
  }
  if (!found) {
    std::printf("not whole: no entry has the hash %s; the log was cut off or written anew\n",
                noted.c_str());
    return 1;
  }
  if (unhashed > 0) {
    std::printf("the first %zu entries are from before there were hashes\n", unhashed);
  }
  if (before.empty()) {
    std::puts("whole: the log is empty");
  } else {
    std::printf("whole: %zu entries; the last hash is %s\n", entries.size() - unhashed,
                before.c_str());
  }
  return 0;
}

struct VerifySettings {
  Client client;
  std::string file;
  std::string noted;
};

int run_verify(VerifySettings& settings) {
  if (settings.file.empty()) {
    return verify(entries_of(settings.client), settings.noted);
  }
  if (settings.file == "-") {
    return verify(entries_of(std::cin), settings.noted);
  }
  std::ifstream file{settings.file};
  return verify(entries_of(file), settings.noted);
}

int run_export(Client& client) {
  for (const json& entry : entries_of(client)) {
    std::printf("%s\n", entry.dump().c_str());
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

void add_audit(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("audit", "The log of what people did, and whether it is whole");
  command->require_subcommand(1);

  auto client = std::make_shared<Client>();
  CLI::App* export_command =
      command->add_subcommand("export", "Print it, one entry a line, oldest first");
  client->add_options(*export_command);
  export_command->callback(
      [client, &exit_code] { exit_code = guarded([&] { return run_export(*client); }); });

  auto settings = std::make_shared<VerifySettings>();
  CLI::App* verify_command = command->add_subcommand("verify", "Whether nothing of it was changed");
  verify_command->footer(kVerifyExamples);
  verify_command
      ->add_option("file", settings->file,
                   "What export printed; - is standard input; without: ask the server")
      ->check(CLI::ExistingFile | CLI::IsMember({"-"}));
  verify_command->add_option("--noted", settings->noted, "A hash that was noted before");
  settings->client.add_options(*verify_command);
  verify_command->callback(
      [settings, &exit_code] { exit_code = guarded([&] { return run_verify(*settings); }); });
}

}  // namespace callgate
