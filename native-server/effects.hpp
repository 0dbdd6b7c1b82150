// Performs effects: requests to providers. CurlEffects sends them by libcurl's multi interface on
// one thread, connections kept open. Certificates are verified, redirects are not followed, only
// http and https are spoken. What is reported decides whether a call may be dialled again, so it is
// exact: NotSent only when no byte of the request left this host; NoAnswer when it may have
// arrived. A request is never sent a second time, not even when a reused connection turns out to be
// dead (libcurl would). Headers and bodies are not logged.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/output.hpp"

namespace callgate {

struct EffectsOptions {
  int at_once = 512;  // requests on the way at the same time; more wait their turn
  std::size_t answer_bytes_max = 4 * 1024 * 1024;
};

class EffectPerformer {
 public:
  // `took` is how long the request was on the way. Called on the performer's thread.
  using Done = std::function<void(EffectResult, std::chrono::microseconds took)>;

  EffectPerformer() = default;
  virtual ~EffectPerformer() = default;
  EffectPerformer(const EffectPerformer&) = delete;
  EffectPerformer& operator=(const EffectPerformer&) = delete;

  // Any thread.
  virtual void perform(Effect effect, Done done) = 0;
};

class CurlEffects final : public EffectPerformer {
 public:
  explicit CurlEffects(EffectsOptions options);
  ~CurlEffects() override;

  void perform(Effect effect, Done done) override;

  // Starts nothing more, waits at most `grace` for what is on the way, and reports nothing after
  // it: effects without a report come back when their lease expires.
  void stop(std::chrono::milliseconds grace);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callgate
