#include "native-server/sim_carrier/webhook_sender.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <curl/curl.h>
#include <deque>
#include <mutex>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <queue>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

namespace callgate::sim_carrier {

namespace {

using Clock = std::chrono::steady_clock;
using Millis = std::chrono::milliseconds;

std::size_t discard(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

struct SlistDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// One request on the way. The easy handle outlives it in a pool: it keeps its settings and memory.
struct Transfer {
  CURL* easy = nullptr;
  Webhook webhook;
  std::int64_t tries = 0;
  std::unique_ptr<curl_slist, SlistDeleter> headers;
};

struct Waiting {
  Clock::time_point due;
  std::uint64_t order = 0;
  Webhook webhook;
  std::int64_t tries = 0;
};
struct DueLater {
  bool operator()(const std::unique_ptr<Waiting>& a, const std::unique_ptr<Waiting>& b) const {
    return a->due != b->due ? a->due > b->due : a->order > b->order;
  }
};

}  // namespace

std::string webhook_signature(const std::string& secret, const std::string& timestamp,
                              const std::string& body) {
  const std::string signed_text = timestamp + '.' + body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(),
       digest.data(), &size);
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  for (unsigned int at = 0; at < size; ++at) {
    hex += kHex[digest[at] >> 4U];
    hex += kHex[digest[at] & 15U];
  }
  return hex;
}

class WebhookSender::Loop {
 public:
  Loop(std::string secret, int connections)
      : secret_(std::move(secret)),
        connections_(static_cast<std::size_t>(std::max(connections, 1))),
        multi_(curl_multi_init()),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        wakeup_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Loop::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Loop::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(connections_));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = wakeup_;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, wakeup_, &event);
    thread_ = std::thread([this] { run(); });
  }

  ~Loop() {
    stopping_ = true;
    wake();
    thread_.join();
    for (auto& [easy, transfer] : flying_) {
      curl_multi_remove_handle(multi_, easy);
      curl_easy_cleanup(easy);
    }
    for (CURL* easy : idle_) {
      curl_easy_cleanup(easy);
    }
    curl_multi_cleanup(multi_);
    close(epoll_);
    close(wakeup_);
  }

  void submit(Webhook webhook) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = inbox_.empty();
      inbox_.push_back(std::move(webhook));
      ++pending_;
    }
    if (first) {
      wake();
    }
  }

  void pause(bool paused) {
    paused_ = paused;
    wake();
  }

  // What is submitted after this stays; the rest is the thread's own to drop.
  void drop_pending() {
    {
      const std::lock_guard lock(mutex_);
      pending_ -= static_cast<std::int64_t>(inbox_.size());
      attempts_ = delivered_ = failed_ = 0;
      inbox_.clear();
      dropping_ = true;
    }
    wake();
  }

  [[nodiscard]] WebhookCounts counts() const {
    return {attempts_, delivered_, failed_, pending_, paused_};
  }

 private:
  void wake() const {
    const std::uint64_t one = 1;
    // A full counter means that a wake-up is on its way already.
    static_cast<void>(!write(wakeup_, &one, sizeof one));
  }

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
    static_cast<Loop*>(self)->watch(socket, what, known != nullptr);
    return 0;
  }

  static int on_timer(CURLM*, long timeout_ms, void* self) {
    static_cast<Loop*>(self)->curl_due_ =
        timeout_ms < 0 ? Clock::time_point::max() : Clock::now() + Millis(timeout_ms);
    return 0;
  }

  void watch(curl_socket_t socket, int what, bool known) {
    if (what == CURL_POLL_REMOVE) {
      epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
      return;
    }
    epoll_event event{};
    event.data.fd = socket;
    event.events =
        ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0U) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0U);
    epoll_ctl(epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
    curl_multi_assign(multi_, socket, this);
  }

  void run() {
    std::array<epoll_event, 256> events{};
    while (!stopping_) {
      take_inbox();
      release_due();
      start_ready();
      const int count = epoll_wait(epoll_, events.data(), events.size(), timeout_ms());
      int running = 0;
      for (int at = 0; at < count; ++at) {
        const auto& event = events[static_cast<std::size_t>(at)];
        if (event.data.fd == wakeup_) {
          std::uint64_t ignored = 0;
          static_cast<void>(!::read(wakeup_, &ignored, sizeof ignored));
          continue;
        }
        const int action = ((event.events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                           ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                           ((event.events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
        curl_multi_socket_action(multi_, event.data.fd, action, &running);
      }
      if (curl_due_ <= Clock::now()) {
        curl_due_ = Clock::time_point::max();
        curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
      }
      finish_done();
    }
  }

  [[nodiscard]] int timeout_ms() const {
    auto due = curl_due_;
    if (!delayed_.empty()) {
      due = std::min(due, delayed_.top()->due);
    }
    if (due == Clock::time_point::max()) {
      return -1;
    }
    const auto left = std::chrono::ceil<Millis>(due - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }

  void take_inbox() {
    taken_.clear();
    bool dropping = false;
    {
      const std::lock_guard lock(mutex_);
      taken_.swap(inbox_);
      dropping = std::exchange(dropping_, false);
    }
    if (dropping) {
      drop_own();
    }
    for (auto& webhook : taken_) {
      if (webhook.delay_ms > 0) {
        const Millis by(webhook.delay_ms);
        delay(std::move(webhook), 0, by);
      } else {
        queue(std::move(webhook));
      }
    }
  }

  void drop_own() {
    auto dropped = ready_.size() + delayed_.size();
    for (const auto& [chain, waiting] : chains_) {
      dropped += waiting.size();
    }
    pending_ -= static_cast<std::int64_t>(dropped);
    ready_.clear();
    delayed_ = {};
    chains_.clear();
    for (const auto& [easy, transfer] : flying_) {
      if (transfer->webhook.chain != 0) {
        chains_.try_emplace(transfer->webhook.chain);
      }
    }
  }

  void delay(Webhook webhook, std::int64_t tries, Millis by) {
    auto waiting = std::make_unique<Waiting>();
    waiting->due = Clock::now() + by;
    waiting->order = next_order_++;
    waiting->webhook = std::move(webhook);
    waiting->tries = tries;
    delayed_.push(std::move(waiting));
  }

  // Behind those of its chain that are on the way or ready.
  void queue(Webhook webhook) {
    if (webhook.chain != 0) {
      const auto [found, is_first] = chains_.try_emplace(webhook.chain);
      if (!is_first) {
        found->second.push_back(std::move(webhook));
        return;
      }
    }
    ready_.emplace_back(std::move(webhook), 0);
  }

  void release_due() {
    while (!delayed_.empty() && delayed_.top()->due <= Clock::now()) {
      // top() is const; the unique_ptr is moved out right before it is popped.
      auto waiting = std::move(const_cast<std::unique_ptr<Waiting>&>(delayed_.top()));
      delayed_.pop();
      waiting->webhook.chain = 0;
      ready_.emplace_back(std::move(waiting->webhook), waiting->tries);
    }
  }

  void start_ready() {
    while (!paused_ && !ready_.empty() && flying_.size() < connections_) {
      auto [webhook, tries] = std::move(ready_.front());
      ready_.pop_front();
      start(std::move(webhook), tries);
    }
  }

  CURL* handle() {
    if (!idle_.empty()) {
      CURL* easy = idle_.back();
      idle_.pop_back();
      return easy;
    }
    CURL* easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &discard);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "callgate-sim-carrier");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "127.0.0.1,localhost,::1");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    // Answers are a few bytes; this buffer is allocated anew for every request.
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 1024L);
    return easy;
  }

  void start(Webhook webhook, std::int64_t tries) {
    CURL* easy = handle();
    auto transfer = std::make_unique<Transfer>();
    transfer->easy = easy;
    transfer->webhook = std::move(webhook);
    transfer->tries = tries;
    transfer->headers.reset(headers_of(transfer->webhook));
    const auto& sent = transfer->webhook;
    curl_easy_setopt(easy, CURLOPT_URL, sent.endpoint->url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers.get());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, sent.body.data());
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(sent.endpoint->timeout_ms));
    ++attempts_;
    flying_.emplace(easy, std::move(transfer));
    curl_multi_add_handle(multi_, easy);
  }

  [[nodiscard]] curl_slist* headers_of(const Webhook& webhook) const {
    curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
    list = curl_slist_append(list, "Expect:");  // no 100-continue round trip
    list = curl_slist_append(list, ("X-Call-Id: " + webhook.call_id).c_str());
    if (!secret_.empty()) {
      const auto timestamp = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(
                                                std::chrono::system_clock::now().time_since_epoch())
                                                .count());
      const auto signature = webhook_signature(secret_, timestamp, webhook.body);
      list = curl_slist_append(list, ("X-Timestamp: " + timestamp).c_str());
      list = curl_slist_append(list, ("X-Signature: " + signature).c_str());
    }
    for (const auto& header : webhook.endpoint->headers) {
      list = curl_slist_append(list, header.c_str());
    }
    return list;
  }

  void finish_done() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE) {
        finish(message->easy_handle, message->data.result);
      }
    }
  }

  void finish(CURL* easy, CURLcode result) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi_, easy);
    idle_.push_back(easy);
    const auto found = flying_.find(easy);
    const auto transfer = std::move(found->second);
    flying_.erase(found);
    auto& webhook = transfer->webhook;
    release_chain(webhook.chain);
    if (result == CURLE_OK && status >= 200 && status < 300) {
      ++delivered_;
      --pending_;
    } else if (transfer->tries < webhook.retries) {
      const auto doublings = webhook.endpoint->retry_doubles ? transfer->tries : 0;
      const auto wait_ms = webhook.endpoint->retry_base_ms << std::min<std::int64_t>(doublings, 10);
      delay(std::move(webhook), transfer->tries + 1, Millis(wait_ms));
    } else {
      ++failed_;
      --pending_;
    }
  }

  void release_chain(std::uint64_t chain) {
    const auto found = chains_.find(chain);
    if (chain == 0 || found == chains_.end()) {
      return;
    }
    if (found->second.empty()) {
      chains_.erase(found);
      return;
    }
    ready_.emplace_back(std::move(found->second.front()), 0);
    found->second.pop_front();
  }

  const std::string secret_;
  const std::size_t connections_;
  CURLM* multi_;
  int epoll_;
  int wakeup_;
  Clock::time_point curl_due_ = Clock::time_point::max();
  std::atomic<bool> stopping_{false};
  std::atomic<bool> paused_{false};
  std::atomic<std::int64_t> attempts_{0};
  std::atomic<std::int64_t> delivered_{0};
  std::atomic<std::int64_t> failed_{0};
  std::atomic<std::int64_t> pending_{0};

  std::mutex mutex_;
  std::vector<Webhook> inbox_;  // from other threads
  bool dropping_ = false;       // all below is the thread's own

  std::vector<Webhook> taken_;
  std::deque<std::pair<Webhook, std::int64_t>> ready_;
  std::priority_queue<std::unique_ptr<Waiting>, std::vector<std::unique_ptr<Waiting>>, DueLater>
      delayed_;
  std::uint64_t next_order_ = 0;
  // A chain is in the map while one of its webhooks is ready or on the way; the others wait here.
  std::unordered_map<std::uint64_t, std::deque<Webhook>> chains_;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> flying_;
  std::vector<CURL*> idle_;
  std::thread thread_;
};

WebhookSender::WebhookSender(std::string secret, int connections)
    : loop_(std::make_unique<Loop>(std::move(secret), connections)) {}
WebhookSender::~WebhookSender() = default;
void WebhookSender::submit(Webhook webhook) {
  loop_->submit(std::move(webhook));
}
void WebhookSender::pause(bool paused) {
  loop_->pause(paused);
}
void WebhookSender::drop_pending() {
  loop_->drop_pending();
}
WebhookCounts WebhookSender::counts() const {
  return loop_->counts();
}

}  // namespace callgate::sim_carrier
