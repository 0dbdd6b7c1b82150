#include "native-server/effects.hpp"

#include <curl/curl.h>
#include <deque>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "native-server/clock.hpp"
#include "native-server/curl.hpp"

namespace callgate {
namespace {

using SteadyClock = std::chrono::steady_clock;

// One effect, from its submission to its report.
struct Sending {
  Effect effect;
  EffectPerformer::Done done;
  Easy easy;
  HeaderList headers;
  SteadyClock::time_point began;
  std::size_t answer_bytes_max = 0;
  bool sending = false;     // a byte may have left this host
  bool too_late = false;    // not_after passed while it waited for its connection
  bool sent_again = false;  // libcurl was about to send it once more
  bool too_large = false;
  Answered answer;
};

// libcurl asks right before a request's first byte, each time it sends one.
int before_sending(void* data, char*, char*, int, int) {
  auto* transfer = static_cast<Sending*>(data);
  if (transfer->sending) {
    transfer->sent_again = true;
    return CURL_PREREQFUNC_ABORT;
  }
  if (host_now() > transfer->effect.not_after) {
    transfer->too_late = true;
    return CURL_PREREQFUNC_ABORT;
  }
  transfer->sending = true;
  return CURL_PREREQFUNC_OK;
}

std::size_t on_answer(char* bytes, std::size_t, std::size_t count, void* data) {
  auto* transfer = static_cast<Sending*>(data);
  if (transfer->answer.body.size() + count > transfer->answer_bytes_max) {
    transfer->too_large = true;
    return 0;
  }
  transfer->answer.body.append(bytes, count);
  return count;
}

HeaderList header_list(const OutboundRequest& request) {
  HeaderList list;
  const auto append = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) {
      throw std::bad_alloc();
    }
    static_cast<void>(list.release());
    list.reset(longer);
  };
  for (const auto& [name, value] : request.headers) {
    if ((name + value).find_first_of("\r\n") == std::string::npos) {
      append(value.empty() ? name + ";" : name + ": " + value);
    }
  }
  append("Expect:");  // no waiting for 100-continue
  return list;
}

void set_up(Sending& transfer) {
  CURL* easy = transfer.easy.get();
  const OutboundRequest& request = *transfer.effect.request;
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
  if (request.method == "GET") {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  } else {
    if (request.method != "DELETE" || !request.body.empty()) {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_sending);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_answer);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
}

EffectResult result_of(Sending& transfer, CURLcode code) {
  EffectResult result;
  result.key = transfer.effect.key;
  if (code == CURLE_OK) {
    long status = 0;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RETRY_AFTER, &retry_after);
    transfer.answer.status = status;
    transfer.answer.retry_after_s = retry_after > 0 ? retry_after : -1;
    result.result = std::move(transfer.answer);
  } else if (!transfer.sending) {
    result.result = NotSent{transfer.too_late ? std::string{kTooLate} : curl_easy_strerror(code)};
  } else if (transfer.too_large) {
    result.result = NoAnswer{"the answer is too large"};
  } else if (transfer.sent_again) {
    result.result = NoAnswer{"the connection was closed without an answer"};
  } else {
    result.result = NoAnswer{curl_easy_strerror(code)};
  }
  return result;
}

}  // namespace

struct CurlEffects::State {
  explicit State(EffectsOptions chosen) : options(std::move(chosen)), multi(curl_multi_init()) {
    if (multi == nullptr) {
      throw std::bad_alloc();
    }
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options.at_once));
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  }
  ~State() {
    for (auto& [easy, transfer] : active) {
      curl_multi_remove_handle(multi, easy);
    }
    active.clear();
    spare.clear();
    curl_multi_cleanup(multi);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void run();
  void take_submitted();
  void start(std::unique_ptr<Sending> transfer);
  void collect();
  void report(Sending& transfer, CURLcode code);

  const EffectsOptions options;
  CURLM* const multi;
  std::deque<std::unique_ptr<Sending>> waiting;
  std::map<CURL*, std::unique_ptr<Sending>> active;
  std::vector<Easy> spare;

  std::mutex mutex;
  std::vector<std::unique_ptr<Sending>> submitted;
  bool stopping = false;
  SteadyClock::time_point stop_at = SteadyClock::time_point::max();
  std::thread thread;
};

void CurlEffects::State::start(std::unique_ptr<Sending> transfer) {
  transfer->began = SteadyClock::now();
  if (host_now() > transfer->effect.not_after) {
    transfer->too_late = true;
    report(*transfer, CURLE_ABORTED_BY_CALLBACK);
    return;
  }
  if (spare.empty()) {
    transfer->easy.reset(curl_easy_init());
  } else {
    transfer->easy = std::move(spare.back());
    spare.pop_back();
  }
  transfer->headers = header_list(*transfer->effect.request);
  transfer->answer_bytes_max = options.answer_bytes_max;
  set_up(*transfer);
  CURL* easy = transfer->easy.get();
  const CURLMcode added = curl_multi_add_handle(multi, easy);
  if (added != CURLM_OK) {
    report(*transfer, CURLE_FAILED_INIT);
    return;
  }
  active.emplace(easy, std::move(transfer));
}

void CurlEffects::State::report(Sending& transfer, CURLcode code) {
  EffectResult result = result_of(transfer, code);
  transfer.done(std::move(result), std::chrono::duration_cast<std::chrono::microseconds>(
                                       SteadyClock::now() - transfer.began));
}

void CurlEffects::State::collect() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) {
      continue;
    }
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    curl_multi_remove_handle(multi, easy);
    const auto found = active.find(easy);
    const std::unique_ptr<Sending> transfer = std::move(found->second);
    active.erase(found);
    report(*transfer, code);
    curl_easy_reset(easy);
    spare.push_back(std::move(transfer->easy));
  }
}

void CurlEffects::State::take_submitted() {
  std::vector<std::unique_ptr<Sending>> taken;
  {
    const std::lock_guard lock{mutex};
    taken.swap(submitted);
    if (stopping) {
      waiting.clear();  // nothing of these was sent: their lease brings them back
      return;
    }
  }
  for (auto& transfer : taken) {
    waiting.push_back(std::move(transfer));
  }
  while (!waiting.empty() && static_cast<int>(active.size()) < options.at_once) {
    std::unique_ptr<Sending> next = std::move(waiting.front());
    waiting.pop_front();
    start(std::move(next));
  }
}

void CurlEffects::State::run() {
  for (;;) {
    take_submitted();
    int running = 0;
    curl_multi_perform(multi, &running);
    collect();
    SteadyClock::time_point until;
    {
      const std::lock_guard lock{mutex};
      if (stopping && (active.empty() || SteadyClock::now() >= stop_at)) {
        return;
      }
      if (!submitted.empty() && !stopping) {
        continue;
      }
      until = stop_at;
    }
    if (!waiting.empty() && static_cast<int>(active.size()) < options.at_once) {
      continue;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - SteadyClock::now()).count();
    const auto wait = std::min<std::int64_t>(std::max<std::int64_t>(left, 0), 1000);
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait), nullptr);
  }
}

CurlEffects::CurlEffects(EffectsOptions options)
    : state_(std::make_unique<State>(std::move(options))) {
  state_->thread = std::thread{[state = state_.get()] { state->run(); }};
}

CurlEffects::~CurlEffects() {
  stop(std::chrono::milliseconds{0});
}

void CurlEffects::perform(Effect effect, Done done) {
  auto transfer = std::make_unique<Sending>();
  transfer->effect = std::move(effect);
  transfer->done = std::move(done);
  bool first = false;
  {
    const std::lock_guard lock{state_->mutex};
    if (state_->stopping) {
      return;
    }
    first = state_->submitted.empty();
    state_->submitted.push_back(std::move(transfer));
  }
  if (first) {
    curl_multi_wakeup(state_->multi);
  }
}

void CurlEffects::stop(std::chrono::milliseconds grace) {
  {
    const std::lock_guard lock{state_->mutex};
    if (state_->stopping) {
      return;
    }
    state_->stopping = true;
    state_->stop_at = SteadyClock::now() + grace;
  }
  curl_multi_wakeup(state_->multi);
  state_->thread.join();
}

}  // namespace callgate
