// The writing half of a workspace; workspace.hpp has the rules. Private to workspace*.cpp.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "native-server/checkpointer.hpp"
#include "native-server/openssl_crypto.hpp"
#include "native-server/sqlite_sql.hpp"
#include "native-server/workspace.hpp"

namespace callgate {

class Workspace::Writer {
 public:
  using Event = decltype(Input::event);

  Writer(std::string name, const std::string& path, const WorkspaceServices& services);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Any thread. Answers 503 at once when too much waits already, or when the writer has stopped.
  void submit(Event event, Done done);
  void stop();
  [[nodiscard]] std::int64_t wal_bytes() const { return wal_bytes_.load(); }
  // Of the last Input: other Inputs of this workspace must not lie before it.
  [[nodiscard]] Instant last_now() const { return from_ms(last_now_ms_.load()); }

 private:
  struct Waiting {
    Event event;
    Done done;  // none: nobody is told (timer, effect result)
  };
  // An Input of the group under way.
  struct Member {
    Input input;
    Done done;
    std::optional<Output> output;  // none: it was not handled, or it threw
  };
  struct Awaiting {
    EffectKey effect;
    Instant until{};
    Response otherwise;
    Done done;
  };

  void run();
  [[nodiscard]] bool wait_for_work();
  [[nodiscard]] Instant next_deadline() const;
  void run_group();
  [[nodiscard]] bool begin();
  [[nodiscard]] bool run_together(bool due);
  [[nodiscard]] bool run_apart();
  [[nodiscard]] bool handle(Member& member, bool last_try);
  [[nodiscard]] bool commit_group();
  void rearm(bool due);
  void fail_group();
  void publish_group();
  void answer(Member member);
  void perform(Effect effect);
  void settle_awaits(const AwaitedReply& reply);
  void expire_awaits(Instant now);
  void checkpoint_if_due();
  [[nodiscard]] Input input_for(Event event);
  [[nodiscard]] Instant tick();

  const std::string name_;
  const std::string path_;
  const WorkspaceServices services_;
  SqliteSql sql_;
  OpensslCrypto crypto_;
  Core core_;
  Checkpointer checkpointer_;

  // Of the writer's thread.
  std::vector<Waiting> batch_;
  std::size_t next_in_batch_ = 0;
  std::vector<Member> group_;
  std::vector<Awaiting> awaiting_;
  std::optional<Instant> wake_at_;
  Instant not_before_{};  // of the timer, after a failure
  std::vector<std::uint8_t> entropy_;
  std::size_t entropy_used_ = 0;

  std::atomic<std::int64_t> last_now_ms_{0};
  std::atomic<std::int64_t> wal_bytes_{0};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Waiting> queue_;
  bool sleeping_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callgate
