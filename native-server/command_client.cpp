#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <unistd.h>

#include "native-server/client.hpp"
#include "native-server/commands.hpp"
#include "native-server/terminal.hpp"

namespace callgate {
namespace {

using nlohmann::json;

constexpr const char* kImportExamples = R"text(
Examples
  callgate import people.csv --name Spring --assistant-id A --phone-number-id P --schedule now
  callgate import people.ndjson --name Later --assistant-id A --phone-number-id P \
      --schedule 2026-12-01T09:00:00Z
  zcat people.csv.gz | callgate import - --format csv --name Spring …

A CSV file has a header; the column phone (phoneNumber, number …) is needed, first and last name and
timezone are known, every other column is handed to the assistant. NDJSON is one such object a line.
The file is streamed, so its size does not matter; a list that breaks off is taken back.)text";

struct ImportSettings {
  Client client;
  std::string file;
  std::string format;
  std::string name;
  std::string schedule;
  std::string assistant_id;
  std::string phone_number_id;
  std::string region;
  int concurrency = 0;
  bool watch = false;
};

std::string media_type(const ImportSettings& settings) {
  std::string format = settings.format;
  if (format.empty()) {
    format = std::filesystem::path{settings.file}.extension().string();
    format.erase(0, format.empty() ? 0 : 1);
  }
  if (format == "csv") {
    return "text/csv";
  }
  if (format == "ndjson" || format == "jsonl") {
    return "application/x-ndjson";
  }
  throw std::runtime_error("is " + settings.file + " csv or ndjson? Say --format");
}

std::string query_of(const ImportSettings& settings) {
  const std::pair<const char*, std::string> parameters[] = {
      {"name", settings.name.empty() ? std::filesystem::path{settings.file}.stem().string()
                                     : settings.name},
      {"schedule", settings.schedule},
      {"assistantId", settings.assistant_id},
      {"phoneNumberId", settings.phone_number_id},
      {"defaultRegion", settings.region},
      {"concurrency", settings.concurrency > 0 ? std::to_string(settings.concurrency) : ""}};
  std::string query;
  for (const auto& [name, value] : parameters) {
    if (!value.empty()) {
      query += (query.empty() ? "?" : "&") + std::string{name} + "=" + percent_encoded(value);
    }
  }
  return query;
}

void print_import(const json& job) {
  std::printf("%s  %s  %s\n", job.value("id", "").c_str(), job.value("status", "").c_str(),
              job.value("name", "").c_str());
  const json* summary = nullptr;
  for (const char* name : {"import", "importSummary"}) {
    if (job.contains(name) && job[name].is_object()) {
      summary = &job[name];
    }
  }
  if (summary == nullptr) {
    return;
  }
  std::printf("rows %lld, to be called %lld, duplicates %lld, rejected %lld\n",
              summary->value("rows", 0LL), summary->value("accepted", 0LL),
              summary->value("duplicates", 0LL), summary->value("rejected", 0LL));
  if (summary->value("rejected", 0LL) == 0 || !summary->contains("rejects")) {
    return;
  }
  constexpr std::size_t kShown = 10;
  const json& rejects = (*summary)["rejects"];
  for (std::size_t i = 0; i < rejects.size() && i < kShown; ++i) {
    std::printf("  row %lld: %s\n", rejects[i].value("row", 0LL),
                rejects[i].value("detail", "").c_str());
  }
  std::printf("all of them: %s\n", summary->value("rejectsUrl", "").c_str());
}

int run_import(ImportSettings& settings) {
  ProgressLine progress;
  ClientRequest request;
  request.method = "POST";
  request.url = "/api/jobs" + query_of(settings);
  request.headers = {{"content-type", media_type(settings)}};
  request.upload_path = settings.file;
  request.timeout_s = 0;
  request.on_progress = [&progress](std::int64_t sent, std::int64_t total) {
    progress.show_bytes(sent, total);
  };
  const ClientResponse response = settings.client.send(std::move(request));
  progress.clear();
  const json job = json::parse(response.body);
  print_import(job);
  return settings.watch ? watch_job(settings.client, job.value("id", "")) : 0;
}

int run_jobs(Client& client) {
  std::printf("%-31s %-11s %5s %9s %9s %9s  %s\n", "id", "status", "done", "total", "completed",
              "failed", "name");
  std::string cursor;
  do {
    const json page = client.get("/api/jobs?limit=200" +
                                 (cursor.empty() ? "" : "&cursor=" + percent_encoded(cursor)));
    for (const json& job : page.at("jobs")) {
      std::printf("%-31s %-11s %4lld%% %9lld %9lld %9lld  %s\n", job.value("id", "").c_str(),
                  job.value("status", "").c_str(), job.value("progress", 0LL),
                  job.value("totalCalls", 0LL), job.value("completedCalls", 0LL),
                  job.value("failedCalls", 0LL), printable(job.value("name", "")).c_str());
    }
    cursor = page.value("nextCursor", "");
  } while (!cursor.empty());
  return 0;
}

// The target of `<…>; rel="next"`; empty: there is no next part.
std::string next_part(const std::string& link) {
  const std::size_t end = link.find(">; rel=\"next\"");
  return end == std::string::npos || link.front() != '<' ? std::string{} : link.substr(1, end - 1);
}

// Part by part, as it comes: a list of any length takes no more memory than one part.
int run_export(Client& client, const std::string& job, const std::string& format) {
  std::string target =
      "/api/calls/export?format=" + format + (job.empty() ? "" : "&jobId=" + percent_encoded(job));
  while (!target.empty()) {
    ClientRequest request;
    request.url = target;
    const ClientResponse response = client.send(std::move(request));
    std::fwrite(response.body.data(), 1, response.body.size(), stdout);
    target = next_part(response.header("link"));
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

void add_import(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("import", "Make a job of a list of people");
  auto settings = std::make_shared<ImportSettings>();
  command->footer(kImportExamples);
  command->add_option("file", settings->file, "CSV or NDJSON; - is standard input")
      ->required()
      ->check(CLI::ExistingFile | CLI::IsMember({"-"}));
  command
      ->add_option("--format", settings->format, "csv or ndjson, when the file's name does not say")
      ->check(CLI::IsMember({"csv", "ndjson"}));
  command->add_option("--name", settings->name, "What people call it (default: the file's name)");
  command->add_option(
      "--schedule", settings->schedule,
      "now, or an instant as 2026-12-01T09:00:00Z; without it the job waits for its start");
  command->add_option("--assistant-id", settings->assistant_id,
                      "The provider's id of the assistant");
  command->add_option("--phone-number-id", settings->phone_number_id,
                      "The provider's id of the number that calls");
  command->add_option("--region", settings->region,
                      "Country of numbers without their code: US, GB, DE …");
  command->add_option("--concurrency", settings->concurrency, "Calls at once for this job");
  command->add_flag("--watch", settings->watch, "Follow the job afterwards");
  settings->client.add_options(*command);
  command->callback(
      [settings, &exit_code] { exit_code = guarded([&] { return run_import(*settings); }); });
}

void add_jobs(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("jobs", "List jobs, newest first");
  auto client = std::make_shared<Client>();
  client->add_options(*command);
  command->callback(
      [client, &exit_code] { exit_code = guarded([&] { return run_jobs(*client); }); });
}

void add_watch(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("watch", "Follow a job until it has ended");
  auto client = std::make_shared<Client>();
  auto job = std::make_shared<std::string>();
  command->add_option("job", *job, "job_…")->required();
  client->add_options(*command);
  command->callback(
      [client, job, &exit_code] { exit_code = guarded([&] { return watch_job(*client, *job); }); });
}

void add_export(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("export", "Print calls, one a line, job by job, oldest first");
  auto client = std::make_shared<Client>();
  auto job = std::make_shared<std::string>();
  auto format = std::make_shared<std::string>("csv");
  command->add_option("job", *job, "job_…; without it the calls of every job");
  command->add_option("--format", *format, "csv or ndjson")
      ->check(CLI::IsMember({"csv", "ndjson"}))
      ->capture_default_str();
  client->add_options(*command);
  command->callback([client, job, format, &exit_code] {
    exit_code = guarded([&] { return run_export(*client, *job, *format); });
  });
}

}  // namespace callgate
