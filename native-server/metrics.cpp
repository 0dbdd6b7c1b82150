#include "native-server/metrics.hpp"

#include <cstdio>
#include <fstream>
#include <unistd.h>

namespace callgate {
namespace {

std::int64_t read(const Counter& counter) {
  return counter.load(std::memory_order_relaxed);
}

void head(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
  out.append("# HELP callgate_").append(name).append(" ").append(help);
  out.append("\n# TYPE callgate_").append(name).append(" ").append(type).append("\n");
}

void single(std::string& out, std::string_view name, std::string_view help, std::string_view type,
            std::int64_t value) {
  head(out, name, help, type);
  out.append("callgate_").append(name).append(" ").append(std::to_string(value)).append("\n");
}

// One row for each value of the label.
void labelled(std::string& out, std::string_view name, std::string_view help,
              std::string_view label,
              std::initializer_list<std::pair<std::string_view, std::int64_t>> rows) {
  head(out, name, help, "counter");
  for (const auto& [value, number] : rows) {
    out.append("callgate_").append(name).append("{").append(label).append("=\"").append(value);
    out.append("\"} ").append(std::to_string(number)).append("\n");
  }
}

// value / per_unit with the digits it needs: 0.000128, 17.5, 3.
std::string scaled(std::int64_t value, std::int64_t per_unit) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.9g",
                                 static_cast<double>(value) / static_cast<double>(per_unit));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::int64_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::int64_t size = 0;
  std::int64_t resident = 0;
  file >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace

void Histogram::record(std::int64_t value) {
  std::size_t bucket = 0;
  while (bucket + 1 < kBuckets && value > (std::int64_t{1} << bucket)) {
    ++bucket;
  }
  count(buckets_[bucket]);
  count(sum_, value);
}

void Histogram::write(std::string& out, std::string_view name, std::string_view help,
                      std::int64_t per_unit) const {
  head(out, name, help, "histogram");
  std::int64_t total = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    total += read(buckets_[i]);
    const std::string bound =
        i + 1 < kBuckets ? scaled(std::int64_t{1} << i, per_unit) : std::string{"+Inf"};
    out.append("callgate_").append(name).append("_bucket{le=\"").append(bound).append("\"} ");
    out.append(std::to_string(total)).append("\n");
  }
  out.append("callgate_").append(name).append("_sum ");
  out.append(scaled(read(sum_), per_unit)).append("\ncallgate_").append(name).append("_count ");
  out.append(std::to_string(total)).append("\n");
}

std::string prometheus(const Metrics& metrics, std::int64_t wal_bytes) {
  std::string out;
  head(out, "http_requests_total", "Requests answered, by the class of their status.", "counter");
  for (std::size_t i = 1; i < metrics.requests.size(); ++i) {
    out.append("callgate_http_requests_total{class=\"").append(std::to_string(i)).append("xx\"} ");
    out.append(std::to_string(read(metrics.requests[i]))).append("\n");
  }
  constexpr std::int64_t kMicros = 1'000'000;
  metrics.request_us.write(out, "http_request_seconds", "From a request's header to its answer.",
                           kMicros);
  metrics.group_inputs.write(out, "group_inputs", "Inputs that shared one commit.", 1);
  metrics.commit_us.write(out, "commit_seconds", "Commits, with their fsync.", kMicros);
  single(out, "failed_commits_total", "Groups that could not be committed.", "counter",
         read(metrics.failed_commits));
  single(out, "failed_inputs_total", "Inputs taken back after an error of ours.", "counter",
         read(metrics.failed_inputs));
  labelled(out, "effects_total", "Requests to providers, by what became of them.", "result",
           {{"answered", read(metrics.effects_answered)},
            {"not_sent", read(metrics.effects_not_sent)},
            {"no_answer", read(metrics.effects_no_answer)}});
  metrics.effect_us.write(out, "effect_seconds", "Requests to providers.", kMicros);
  metrics.wake_late_us.write(out, "wake_late_seconds", "Timers, after their time.", kMicros);
  single(out, "open_streams", "Clients that follow events.", "gauge", read(metrics.open_streams));
  single(out, "import_bytes_total", "Bytes of lists taken in.", "counter",
         read(metrics.import_bytes));
  single(out, "import_pieces_total", "Pieces of lists taken in.", "counter",
         read(metrics.import_pieces));
  labelled(out, "imports_total", "Lists that were sent, by what became of them.", "result",
           {{"taken", read(metrics.imports_taken)}, {"refused", read(metrics.imports_refused)}});
  labelled(out, "import_rows_total", "Rows of the lists taken, by what became of them.", "result",
           {{"accepted", read(metrics.import_rows_accepted)},
            {"rejected", read(metrics.import_rows_rejected)},
            {"duplicate", read(metrics.import_rows_duplicate)}});
  single(out, "wal_bytes", "Write-ahead log of this workspace.", "gauge", wal_bytes);
  single(out, "resident_bytes", "Memory of this process.", "gauge", resident_bytes());
  head(out, "build_info", "Always 1.", "gauge");
  out.append("callgate_build_info{version=\"").append(CALLGATE_VERSION).append("\"} 1\n");
  return out;
}

}  // namespace callgate
