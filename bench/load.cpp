// Sends POST requests over keep-alive connections to 127.0.0.1, each connection its next request as
// soon as the one before it is answered, and prints one line of JSON: requests per second and the
// latencies from the first byte written to the last byte read. Every request carries telephone
// numbers that no other one of the run carries; they are patched into a body made once, so that
// this program costs little beside what it measures. One thread, epoll. Refused: an answer that is
// not 2xx, or that lacks the text of --expect, ends the run with exit code 1.
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint16_t port = 0;
  int connections = 1;
  double seconds = 5;
  double warm_up_seconds = 0.5;  // measured by nobody
  std::int64_t per_request = 1;  // numbers in one body
  std::int64_t first = 0;        // index of the first number
  std::string target;
  std::string header;  // one more line
  std::string expect;  // a text that every answer must have
};

constexpr std::size_t kDigits = 10;
constexpr std::int64_t kLines = 10'000;  // of one exchange
constexpr std::array<int, 6> kAreas{415, 628, 510, 650, 408, 925};

// Exchanges that are in service by the plan: N11 and 555 are kept for other ends.
std::vector<int> exchanges() {
  std::vector<int> all;
  for (int exchange = 200; exchange < 1000; ++exchange) {
    if (exchange % 100 != 11 && exchange != 555) {
      all.push_back(exchange);
    }
  }
  return all;
}

// The ten digits after +1 of the number with this index: numbers.mjs counts the same way.
void write_number(char* at, std::int64_t index) {
  static const std::vector<int> kExchanges = exchanges();
  const auto per_area = static_cast<std::int64_t>(kExchanges.size()) * kLines;
  const auto area = static_cast<std::size_t>(index / per_area) % kAreas.size();
  const auto in_area = index % per_area;
  const std::int64_t line = in_area % kLines;
  std::int64_t value = (static_cast<std::int64_t>(kAreas[area]) * 1000 +
                        kExchanges[static_cast<std::size_t>(in_area / kLines)]) *
                           kLines +
                       line;
  for (std::size_t i = kDigits; i > 0; --i) {
    at[i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

[[noreturn]] void fail(const std::string& why) {
  throw std::runtime_error(why);
}

// A whole request, and where its numbers stand.
struct Request {
  std::string bytes;
  std::vector<std::size_t> numbers;
};

Request make_request(const Options& options) {
  std::string body = R"({"phoneNumbers":[)";
  std::vector<std::size_t> places;
  for (std::int64_t i = 0; i < options.per_request; ++i) {
    body += i == 0 ? "\"+1" : ",\"+1";
    places.push_back(body.size());
    body += "0000000000\"";
  }
  body += "]}";
  Request request;
  request.bytes = "POST " + options.target +
                  " HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(options.port) +
                  "\r\ncontent-type: application/json\r\n";
  if (!options.header.empty()) {
    request.bytes += options.header + "\r\n";
  }
  request.bytes += "content-length: " + std::to_string(body.size()) + "\r\n\r\n";
  for (const std::size_t place : places) {
    request.numbers.push_back(request.bytes.size() + place);
  }
  request.bytes += body;
  return request;
}

// Where the answer in `bytes` ends; 0 when it has not ended yet.
std::size_t end_of_answer(std::string_view bytes) {
  const std::size_t head = bytes.find("\r\n\r\n");
  if (head == std::string_view::npos) {
    return 0;
  }
  constexpr std::string_view kLength = "\r\ncontent-length: ";
  const auto field = std::search(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(head),
                                 kLength.begin(), kLength.end(), [](char left, char right) {
                                   return (left >= 'A' && left <= 'Z' ? left + 32 : left) == right;
                                 });
  if (field == bytes.begin() + static_cast<std::ptrdiff_t>(head)) {
    fail("an answer without content-length: " + std::string{bytes.substr(0, head)});
  }
  const std::size_t length = std::strtoull(
      std::string{field + static_cast<std::ptrdiff_t>(kLength.size()), bytes.end()}.c_str(),
      nullptr, 10);
  const std::size_t end = head + 4 + length;
  return bytes.size() >= end ? end : 0;
}

// What all connections share: which numbers are used, and what was measured.
struct Run {
  const Options& options;
  Clock::time_point count_from;
  Clock::time_point stop_at;
  std::int64_t next_number = 0;
  std::int64_t answered = 0;  // all, the warm-up's too
  std::vector<std::uint32_t> latencies_us;
};

class Connection {
 public:
  Connection(Run& run, int epoll) : run_(run), request_(make_request(run.options)) {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(run.options.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket_ < 0 ||
        connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      fail("cannot connect to port " + std::to_string(run.options.port));
    }
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(socket_, F_SETFL, O_NONBLOCK);
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLOUT | EPOLLET;
    wanted.data.ptr = this;
    epoll_ctl(epoll, EPOLL_CTL_ADD, socket_, &wanted);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(socket_); }

  [[nodiscard]] bool busy() const { return busy_; }

  void begin() {
    for (const std::size_t place : request_.numbers) {
      write_number(&request_.bytes[place], run_.next_number++);
    }
    sent_ = 0;
    busy_ = true;
    began_ = Clock::now();
    write_more();
  }

  void on_ready(std::uint32_t events) {
    if ((events & EPOLLOUT) != 0U && busy_) {
      write_more();
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0U) {
      read_more();
    }
  }

 private:
  void write_more() {
    while (sent_ < request_.bytes.size()) {
      const ssize_t count =
          send(socket_, request_.bytes.data() + sent_, request_.bytes.size() - sent_, MSG_NOSIGNAL);
      if (count < 0) {
        if (errno != EAGAIN) {
          fail(std::string{"send: "} + std::strerror(errno));
        }
        return;
      }
      sent_ += static_cast<std::size_t>(count);
    }
  }

  void read_more() {
    std::array<char, 16 * 1024> piece{};
    for (;;) {
      const ssize_t count = recv(socket_, piece.data(), piece.size(), 0);
      if (count == 0) {
        fail("the server closed a connection");
      }
      if (count < 0) {
        if (errno != EAGAIN) {
          fail(std::string{"recv: "} + std::strerror(errno));
        }
        return;
      }
      answer_.append(piece.data(), static_cast<std::size_t>(count));
      if (const std::size_t end = end_of_answer(answer_); end != 0) {
        on_answer(end);
      }
    }
  }

  void on_answer(std::size_t end) {
    const auto now = Clock::now();
    const std::string_view whole = std::string_view{answer_}.substr(0, end);
    const bool good = whole.size() > 12 && whole[9] == '2';
    if (!good || whole.find(run_.options.expect) == std::string_view::npos) {
      fail("unexpected answer:\n" + std::string{whole.substr(0, 2000)});
    }
    ++run_.answered;
    if (began_ >= run_.count_from) {
      run_.latencies_us.push_back(static_cast<std::uint32_t>(
          std::chrono::duration_cast<std::chrono::microseconds>(now - began_).count()));
    }
    answer_.erase(0, end);
    busy_ = false;
    if (now < run_.stop_at) {
      begin();
    }
  }

  Run& run_;
  Request request_;
  int socket_ = -1;
  std::size_t sent_ = 0;
  std::string answer_;
  bool busy_ = false;
  Clock::time_point began_;
};

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

// Of this program, so that the record shows what it took from the machine itself.
double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void print(Run& run, double seconds) {
  std::vector<std::uint32_t>& all = run.latencies_us;
  std::sort(all.begin(), all.end());
  const auto at = [&all](double share) {
    const auto index = static_cast<std::size_t>(share * static_cast<double>(all.size()));
    return static_cast<double>(all[std::min(index, all.size() - 1)]) / 1000;
  };
  std::printf(
      "{\"requests\":%zu,\"answered\":%lld,\"nextNumber\":%lld,\"seconds\":%.3f,"
      "\"perSecond\":%.1f,\"p50Ms\":%.3f,\"p90Ms\":%.3f,\"p99Ms\":%.3f,\"maxMs\":%.3f,"
      "\"loadCpuUsPerRequest\":%.1f}\n",
      all.size(), static_cast<long long>(run.answered), static_cast<long long>(run.next_number),
      seconds, static_cast<double>(all.size()) / seconds, at(0.5), at(0.9), at(0.99), at(1),
      cpu_seconds() * 1e6 / static_cast<double>(run.answered));
}

void measure(const Options& options) {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  const auto start = Clock::now();
  const auto after = [start](double seconds) {
    return start +
           std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  };
  Run run{options,
          after(options.warm_up_seconds),
          after(options.warm_up_seconds + options.seconds),
          options.first,
          0,
          {}};
  run.latencies_us.reserve(1'000'000);
  std::vector<std::unique_ptr<Connection>> connections;
  for (int i = 0; i < options.connections; ++i) {
    connections.push_back(std::make_unique<Connection>(run, epoll));
  }
  for (const auto& connection : connections) {
    connection->begin();
  }
  std::array<epoll_event, 256> ready{};
  const auto busy = [&connections] {
    return std::any_of(connections.begin(), connections.end(),
                       [](const auto& connection) { return connection->busy(); });
  };
  constexpr int kSilenceMs = 60'000;
  while (Clock::now() < run.stop_at || busy()) {
    const int count = epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), kSilenceMs);
    if (count == 0) {
      fail("no answer for a minute");
    }
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = ready[static_cast<std::size_t>(i)];
      static_cast<Connection*>(event.data.ptr)->on_ready(event.events);
    }
  }
  if (run.latencies_us.empty()) {
    fail("no request was measured");
  }
  print(run, seconds_between(run.count_from, Clock::now()));
  close(epoll);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--port") {
      options.port = static_cast<std::uint16_t>(std::atoi(value));
    } else if (name == "--connections") {
      options.connections = std::atoi(value);
    } else if (name == "--seconds") {
      options.seconds = std::atof(value);
    } else if (name == "--warm-up") {
      options.warm_up_seconds = std::atof(value);
    } else if (name == "--per-request") {
      options.per_request = std::atoll(value);
    } else if (name == "--first") {
      options.first = std::atoll(value);
    } else if (name == "--target") {
      options.target = value;
    } else if (name == "--header") {
      options.header = value;
    } else if (name == "--expect") {
      options.expect = value;
    } else {
      fail("unknown option " + std::string{name});
    }
  }
  if (argc % 2 == 0 || options.port == 0 || options.target.empty() || options.connections < 1) {
    fail(
        "usage: load --port N --target PATH [--connections N] [--seconds S] [--warm-up S] "
        "[--per-request N] [--first N] [--header LINE] [--expect TEXT]");
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(read_options(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load: %s\n", error.what());
    return 1;
  }
}
