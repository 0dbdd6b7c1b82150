#include "core/limits/request_rate.hpp"

#include <algorithm>
#include <iterator>

namespace callgate {
namespace {

constexpr std::int64_t kMsUs = 1'000;
constexpr std::int64_t kSecondUs = 1'000'000;

std::int64_t whole_seconds(std::int64_t us) {
  return (std::max<std::int64_t>(us, 0) + kSecondUs - 1) / kSecondUs;
}

}  // namespace

Counted RequestRates::count(const RequestRate& rate, const std::string& caller, Instant now) {
  const std::int64_t now_us = to_ms(now) * kMsUs;
  const std::int64_t window_us = rate.window.count() * kMsUs;
  const std::int64_t each_us = (window_us + rate.most - 1) / rate.most;
  if (fresh_at_us_.size() >= kCallersMax) {
    for (auto one = fresh_at_us_.begin(); one != fresh_at_us_.end();) {
      one = one->second <= now_us ? fresh_at_us_.erase(one) : std::next(one);
    }
    if (fresh_at_us_.size() >= kCallersMax) {
      fresh_at_us_.clear();
    }
  }
  std::int64_t& fresh_at = fresh_at_us_[caller];
  const std::int64_t used_us = std::clamp<std::int64_t>(fresh_at - now_us, 0, each_us * rate.most);
  const std::int64_t left_us = each_us * rate.most - used_us;
  Counted counted;
  counted.allowed = left_us >= each_us;
  if (!counted.allowed) {
    fresh_at = now_us + used_us;
    counted.reset_s = whole_seconds(std::min(used_us, window_us));
    counted.retry_s = std::max<std::int64_t>(whole_seconds(each_us - left_us), 1);
    return counted;
  }
  fresh_at = now_us + used_us + each_us;
  counted.remaining = (left_us - each_us) / each_us;
  counted.reset_s = whole_seconds(std::min(used_us + each_us, window_us));
  return counted;
}

}  // namespace callgate
