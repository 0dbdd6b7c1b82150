// Who may come to a workspace: API keys (only their hashes), members and their roles, sessions,
// invitations, and tickets that were used. Few of each: what a request shows is looked up once and
// then known until it changes, so that a request that shows what the one before it did reads
// nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate {

struct ApiKey {
  std::int64_t seq = 0;
  Instant created_at{};
  Blob hash;          // SHA-256 of the key
  std::string shown;  // its beginning, to tell it by
  std::string name;
  std::string role;  // empty: scopes
  std::vector<std::string> scopes;
  std::string maker;  // the subject of who made it
  std::optional<Instant> expires_at;
  std::optional<Instant> last_used_at;  // to the hour
};

struct Member {
  std::string subject;
  std::string role;
  std::string name;
  Instant since{};
  std::string maker;
};

struct Session {
  std::int64_t seq = 0;
  Instant created_at{};
  Instant expires_at{};
  std::string subject;
  std::string role;  // of who is no member: what the sign-in link gave
};

struct Invitation {
  std::int64_t seq = 0;
  Instant created_at{};
  Instant expires_at{};
  std::string role;
  std::string name;
  std::string maker;
};

// What lookups found, or that there is nothing, up to a number of them.
template <class Key, class Value>
class Lookups {
 public:
  template <class Read>
  const std::optional<Value>& get(const Key& key, Read read) {
    const auto known = known_.find(key);
    if (known != known_.end()) {
      return known->second;
    }
    if (known_.size() >= kKnownMax) {
      known_.clear();
    }
    return known_.emplace(key, read()).first->second;
  }
  void forget() { known_.clear(); }

 private:
  static constexpr std::size_t kKnownMax = 1000;
  std::map<Key, std::optional<Value>> known_;
};

class ApiKeys {
 public:
  static constexpr std::int64_t kMax = 1000;

  explicit ApiKeys(Sql& sql) : sql_(sql) {}

  [[nodiscard]] const std::optional<ApiKey>& by_hash(const Blob& hash);
  [[nodiscard]] std::optional<ApiKey> find(std::int64_t seq);
  // Newest first.
  [[nodiscard]] std::vector<ApiKey> all();

  void add(const ApiKey& key);
  // Writes the hash and what is shown.
  void renew(const ApiKey& key);
  void note_use(std::int64_t seq, Instant at);
  void remove(std::int64_t seq);

  void drop() { found_.forget(); }

 private:
  Sql& sql_;
  Lookups<Blob, ApiKey> found_;
};

class Members {
 public:
  static constexpr std::int64_t kMax = 1000;

  explicit Members(Sql& sql) : sql_(sql) {}

  [[nodiscard]] const std::optional<Member>& find(const std::string& subject);
  // By subject.
  [[nodiscard]] std::vector<Member> all();

  // Adds it, or replaces the one of that subject.
  void put(const Member& member);
  void remove(std::string_view subject);

  void drop() { found_.forget(); }

 private:
  Sql& sql_;
  Lookups<std::string, Member> found_;
};

class Sessions {
 public:
  static constexpr std::int64_t kMax = 1000;

  explicit Sessions(Sql& sql) : sql_(sql) {}

  [[nodiscard]] const std::optional<Session>& find(std::int64_t seq);
  // Newest first.
  [[nodiscard]] std::vector<Session> all();

  // Forgets those that have expired, and the oldest when there are as many as may be.
  void add(const Session& session, Instant now);
  void remove(std::int64_t seq);

  void drop() { found_.forget(); }

 private:
  Sql& sql_;
  Lookups<std::int64_t, Session> found_;
};

namespace invitations {

inline constexpr std::int64_t kMax = 1000;

// Newest first, those that have expired too.
[[nodiscard]] std::vector<Invitation> all(Sql& sql);
[[nodiscard]] std::optional<Invitation> find(Sql& sql, std::int64_t seq);
// Forgets those that have expired.
void add(Sql& sql, const Invitation& invitation, Instant now);
void remove(Sql& sql, std::int64_t seq);

}  // namespace invitations

// Tickets that were used and have not expired, in one row: a use is one row written, whatever
// happens to the process that handled it.
namespace tickets {

inline constexpr std::size_t kMax = 4000;

enum class Use : std::uint8_t { first, again, too_many };

// `nonce`: of this ticket alone.
[[nodiscard]] Use use(Sql& sql, std::string_view nonce, Instant expires, Instant now);

}  // namespace tickets

}  // namespace callgate
