#include "native-server/metrics.hpp"

#include <catch2/catch_test_macros.hpp>

namespace callgate {
namespace {

TEST_CASE("A histogram's buckets add up, each value in the first that holds it") {
  Histogram histogram;
  for (const std::int64_t value : {0, 1, 2, 3, 1000, 1'000'000'000}) {
    histogram.record(value);
  }
  std::string text;
  histogram.write(text, "x_seconds", "Help.", 1'000'000);
  CHECK(text.find("# TYPE callgate_x_seconds histogram\n") != std::string::npos);
  CHECK(text.find("callgate_x_seconds_bucket{le=\"1e-06\"} 2\n") != std::string::npos);
  CHECK(text.find("callgate_x_seconds_bucket{le=\"2e-06\"} 3\n") != std::string::npos);
  CHECK(text.find("callgate_x_seconds_bucket{le=\"4e-06\"} 4\n") != std::string::npos);
  CHECK(text.find("callgate_x_seconds_bucket{le=\"0.000512\"} 4\n") != std::string::npos);
  CHECK(text.find("callgate_x_seconds_bucket{le=\"0.001024\"} 5\n") != std::string::npos);
  CHECK(text.find("callgate_x_seconds_bucket{le=\"33.554432\"} 5\n") != std::string::npos);
  CHECK(text.find("callgate_x_seconds_bucket{le=\"+Inf\"} 6\n") != std::string::npos);
  CHECK(text.find("callgate_x_seconds_count 6\n") != std::string::npos);
  CHECK(text.find("callgate_x_seconds_sum 1000.00101\n") != std::string::npos);
}

TEST_CASE("Every metric has a help, a type and a value") {
  Metrics metrics;
  count(metrics.requests[2], 3);
  const std::string text = prometheus(metrics, 4096);
  CHECK(text.find("callgate_http_requests_total{class=\"2xx\"} 3\n") != std::string::npos);
  CHECK(text.find("callgate_wal_bytes 4096\n") != std::string::npos);
  CHECK(text.find("callgate_build_info{version=\"") != std::string::npos);
  std::size_t helps = 0;
  std::size_t types = 0;
  for (std::size_t at = 0; (at = text.find("# HELP ", at)) != std::string::npos; ++at) {
    ++helps;
  }
  for (std::size_t at = 0; (at = text.find("# TYPE ", at)) != std::string::npos; ++at) {
    ++types;
  }
  CHECK(helps == types);
  CHECK(helps > 12);
}

}  // namespace
}  // namespace callgate
