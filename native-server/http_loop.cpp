#include "native-server/http_loop.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <iterator>

namespace callgate {

struct GatheredAnswers::State {
  void keep(const std::shared_ptr<http_detail::Loop>& loop, http_detail::Loop::Posted answer) {
    auto of_loop = std::find_if(kept.begin(), kept.end(),
                                [&loop](const auto& one) { return one.first == loop; });
    if (of_loop == kept.end()) {
      of_loop = kept.emplace(kept.end(), loop, std::vector<http_detail::Loop::Posted>{});
    }
    of_loop->second.push_back(std::move(answer));
  }

  // By loop: there are few.
  std::vector<std::pair<std::shared_ptr<http_detail::Loop>, std::vector<http_detail::Loop::Posted>>>
      kept;
};

namespace {

thread_local GatheredAnswers::State* gathered = nullptr;

}  // namespace
}  // namespace callgate

namespace callgate::http_detail {

void Loop::submit(std::shared_ptr<LoopMember> connection, std::uint64_t serial, Command command) {
  Posted posted{std::move(connection), serial, std::move(command)};
  if (gathered != nullptr && std::holds_alternative<Answer>(posted.command)) {
    gathered->keep(shared_from_this(), std::move(posted));
    return;
  }
  std::vector<Posted> one;
  one.push_back(std::move(posted));
  submit_all(std::move(one));
}

void Loop::submit_all(std::vector<Posted> all) {
  bool first = false;
  {
    const std::lock_guard lock{mailbox_mutex_};
    if (mailbox_closed_) {
      return;
    }
    first = mailbox_.empty();
    std::move(all.begin(), all.end(), std::back_inserter(mailbox_));
  }
  if (first) {
    asio::post(io, [self = shared_from_this()] { self->drain_mailbox(); });
  }
}

void Loop::drain_mailbox() {
  {
    const std::lock_guard lock{mailbox_mutex_};
    work_.swap(mailbox_);
  }
  for (Posted& posted : work_) {
    posted.connection->obey(posted.serial, std::move(posted.command));
  }
  work_.clear();
}

void Loop::run() {
  const auto work = asio::make_work_guard(io);
  sweep();
  io.run();
}

void Loop::sweep() {
  sweep_.expires_after(std::chrono::seconds{1});
  sweep_.async_wait([self = shared_from_this()](error_code error) {
    if (error || self->closed_) {  // the end may come after the timer went off
      return;
    }
    const SteadyTime now = std::chrono::steady_clock::now();
    const std::vector<std::shared_ptr<LoopMember>> all{self->connections_.begin(),
                                                       self->connections_.end()};
    for (const auto& connection : all) {
      connection->check_deadline(now);
    }
    self->sweep();
  });
}

void Loop::add(std::shared_ptr<LoopMember> connection) {
  open_.fetch_add(1, std::memory_order_relaxed);
  connections_.insert(std::move(connection));
}

void Loop::remove(const std::shared_ptr<LoopMember>& connection) {
  if (connections_.erase(connection) != 0) {
    open_.fetch_sub(1, std::memory_order_relaxed);
  }
}

void Loop::begin_stop() {
  stopping_ = true;
  const std::vector<std::shared_ptr<LoopMember>> all{connections_.begin(), connections_.end()};
  for (const auto& connection : all) {
    connection->begin_stop();
  }
}

void Loop::close_all() {
  closed_ = true;
  sweep_.cancel();
  const std::vector<std::shared_ptr<LoopMember>> all{connections_.begin(), connections_.end()};
  for (const auto& connection : all) {
    connection->close();
  }
}

// From here on nothing is accepted: an exchange that outlives the server must not keep it alive.
void Loop::close_mailbox() {
  std::vector<Posted> rest;
  const std::lock_guard lock{mailbox_mutex_};
  mailbox_closed_ = true;
  rest.swap(mailbox_);
}

const std::string& Loop::date_line() {
  const std::time_t now = std::time(nullptr);
  if (now != date_at_) {
    std::array<char, 64> text{};
    std::tm parts{};
    gmtime_r(&now, &parts);
    const std::size_t size =
        std::strftime(text.data(), text.size(), "date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    date_line_.assign(text.data(), size);
    date_at_ = now;
  }
  return date_line_;
}

}  // namespace callgate::http_detail

namespace callgate {

GatheredAnswers::GatheredAnswers() {
  if (gathered == nullptr) {
    state_ = std::make_unique<State>();
    gathered = state_.get();
  }
}

GatheredAnswers::~GatheredAnswers() {
  if (state_ != nullptr) {
    gathered = nullptr;
    for (auto& [loop, answers] : state_->kept) {
      loop->submit_all(std::move(answers));
    }
  }
}

}  // namespace callgate
