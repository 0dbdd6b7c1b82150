#include "core/store/access.hpp"

#include <algorithm>

#include "core/store/pack.hpp"

namespace callgate {
namespace {

#define CALLGATE_KEY_COLUMNS \
  "seq, created_at_ms, hash, shown, name, role, scopes, maker, expires_at_ms, last_used_ms"
#define CALLGATE_SESSION_COLUMNS "seq, created_at_ms, expires_at_ms, subject, role"
#define CALLGATE_INVITATION_COLUMNS "seq, created_at_ms, expires_at_ms, role, name, maker"

std::string in_one_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += text.empty() ? "" : " ";
    text += word;
  }
  return text;
}

std::vector<std::string> apart(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::optional<Instant> instant_or_none(const Rows& rows, std::size_t row, std::size_t column) {
  return rows.is_null(row, column) ? std::nullopt
                                   : std::optional{from_ms(rows.integer(row, column))};
}

ApiKey read_key(const Rows& rows, std::size_t row) {
  ApiKey key;
  key.seq = rows.integer(row, 0);
  key.created_at = from_ms(rows.integer(row, 1));
  key.hash = rows.blob(row, 2);
  key.shown = rows.text(row, 3);
  key.name = rows.text(row, 4);
  key.role = rows.text(row, 5);
  key.scopes = apart(rows.text(row, 6));
  key.maker = rows.text(row, 7);
  key.expires_at = instant_or_none(rows, row, 8);
  key.last_used_at = instant_or_none(rows, row, 9);
  return key;
}

Member read_member(const Rows& rows, std::size_t row) {
  return {rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), from_ms(rows.integer(row, 3)),
          rows.text(row, 4)};
}

Session read_session(const Rows& rows, std::size_t row) {
  return {rows.integer(row, 0), from_ms(rows.integer(row, 1)), from_ms(rows.integer(row, 2)),
          rows.text(row, 3), rows.text(row, 4)};
}

Invitation read_invited(const Rows& rows, std::size_t row) {
  return {rows.integer(row, 0),
          from_ms(rows.integer(row, 1)),
          from_ms(rows.integer(row, 2)),
          rows.text(row, 3),
          rows.text(row, 4),
          rows.text(row, 5)};
}

template <class Read>
auto first_row(const Rows& rows, Read read) {
  return rows.empty() ? std::nullopt : std::optional{read(rows, 0)};
}

template <class Read>
auto every_row(const Rows& rows, Read read) {
  std::vector<decltype(read(rows, 0))> all;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    all.push_back(read(rows, row));
  }
  return all;
}

}  // namespace

const std::optional<ApiKey>& ApiKeys::by_hash(const Blob& hash) {
  return found_.get(hash, [&] {
    return first_row(
        sql_.exec("SELECT " CALLGATE_KEY_COLUMNS " FROM api_keys WHERE hash = ?1", {Bytes{hash}}),
        read_key);
  });
}

std::optional<ApiKey> ApiKeys::find(std::int64_t seq) {
  return first_row(sql_.exec("SELECT " CALLGATE_KEY_COLUMNS " FROM api_keys WHERE seq = ?1", {seq}),
                   read_key);
}

std::vector<ApiKey> ApiKeys::all() {
  return every_row(
      sql_.exec("SELECT " CALLGATE_KEY_COLUMNS " FROM api_keys ORDER BY seq DESC LIMIT ?1", {kMax}),
      read_key);
}

void ApiKeys::add(const ApiKey& key) {
  const std::string scopes = in_one_text(key.scopes);
  sql_.exec("INSERT INTO api_keys (" CALLGATE_KEY_COLUMNS
            ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL)",
            {key.seq, to_ms(key.created_at), Bytes{key.hash}, std::string_view{key.shown},
             std::string_view{key.name}, std::string_view{key.role}, std::string_view{scopes},
             std::string_view{key.maker}, or_null(key.expires_at)});
  found_.forget();
}

void ApiKeys::renew(const ApiKey& key) {
  sql_.exec("UPDATE api_keys SET hash = ?2, shown = ?3 WHERE seq = ?1",
            {key.seq, Bytes{key.hash}, std::string_view{key.shown}});
  found_.forget();
}

void ApiKeys::note_use(std::int64_t seq, Instant at) {
  sql_.exec("UPDATE api_keys SET last_used_ms = ?2 WHERE seq = ?1", {seq, to_ms(at)});
  found_.forget();
}

void ApiKeys::remove(std::int64_t seq) {
  sql_.exec("DELETE FROM api_keys WHERE seq = ?1", {seq});
  found_.forget();
}

const std::optional<Member>& Members::find(const std::string& subject) {
  return found_.get(subject, [&] {
    return first_row(
        sql_.exec("SELECT subject, role, name, since_ms, maker FROM members WHERE subject = ?1",
                  {std::string_view{subject}}),
        read_member);
  });
}

std::vector<Member> Members::all() {
  return every_row(
      sql_.exec("SELECT subject, role, name, since_ms, maker FROM members ORDER BY subject "
                "LIMIT ?1",
                {kMax}),
      read_member);
}

void Members::put(const Member& member) {
  sql_.exec(
      "INSERT INTO members (subject, role, name, since_ms, maker) VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT (subject) DO UPDATE SET role = ?2, name = ?3, since_ms = ?4, maker = ?5",
      {std::string_view{member.subject}, std::string_view{member.role},
       std::string_view{member.name}, to_ms(member.since), std::string_view{member.maker}});
  found_.forget();
}

void Members::remove(std::string_view subject) {
  sql_.exec("DELETE FROM members WHERE subject = ?1", {subject});
  found_.forget();
}

const std::optional<Session>& Sessions::find(std::int64_t seq) {
  return found_.get(seq, [&] {
    return first_row(
        sql_.exec("SELECT " CALLGATE_SESSION_COLUMNS " FROM sessions WHERE seq = ?1", {seq}),
        read_session);
  });
}

std::vector<Session> Sessions::all() {
  return every_row(
      sql_.exec("SELECT " CALLGATE_SESSION_COLUMNS " FROM sessions ORDER BY seq DESC LIMIT ?1",
                {kMax}),
      read_session);
}

void Sessions::add(const Session& session, Instant now) {
  sql_.exec(
      "DELETE FROM sessions WHERE expires_at_ms <= ?1 OR seq IN "
      "(SELECT seq FROM sessions ORDER BY seq DESC LIMIT 1000 OFFSET ?2)",
      {to_ms(now), kMax - 1});
  sql_.exec("INSERT INTO sessions (" CALLGATE_SESSION_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5)",
            {session.seq, to_ms(session.created_at), to_ms(session.expires_at),
             std::string_view{session.subject}, std::string_view{session.role}});
  found_.forget();
}

void Sessions::remove(std::int64_t seq) {
  sql_.exec("DELETE FROM sessions WHERE seq = ?1", {seq});
  found_.forget();
}

namespace invitations {

std::vector<Invitation> all(Sql& sql) {
  return every_row(
      sql.exec("SELECT " CALLGATE_INVITATION_COLUMNS " FROM invitations ORDER BY seq DESC LIMIT ?1",
               {kMax}),
      read_invited);
}

std::optional<Invitation> find(Sql& sql, std::int64_t seq) {
  return first_row(
      sql.exec("SELECT " CALLGATE_INVITATION_COLUMNS " FROM invitations WHERE seq = ?1", {seq}),
      read_invited);
}

void add(Sql& sql, const Invitation& invitation, Instant now) {
  sql.exec("DELETE FROM invitations WHERE expires_at_ms <= ?1", {to_ms(now)});
  sql.exec("INSERT INTO invitations (" CALLGATE_INVITATION_COLUMNS
           ") VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
           {invitation.seq, to_ms(invitation.created_at), to_ms(invitation.expires_at),
            std::string_view{invitation.role}, std::string_view{invitation.name},
            std::string_view{invitation.maker}});
}

void remove(Sql& sql, std::int64_t seq) {
  sql.exec("DELETE FROM invitations WHERE seq = ?1", {seq});
}

}  // namespace invitations

namespace tickets {

Use use(Sql& sql, std::string_view nonce, Instant expires, Instant now) {
  std::vector<std::pair<std::string, Instant>> used;
  const Rows rows = sql.exec("SELECT used FROM used_tickets WHERE id = 1");
  if (!rows.empty()) {
    Unpacker in{rows.blob(0, 0)};
    for (std::int64_t left = in.integer(); left > 0; --left) {
      std::string one = in.text();
      const Instant until = in.instant();
      if (until > now) {
        used.emplace_back(std::move(one), until);
      }
    }
  }
  const bool again = std::any_of(used.begin(), used.end(),
                                 [nonce](const auto& one) { return one.first == nonce; });
  if (again || used.size() >= kMax) {
    return again ? Use::again : Use::too_many;
  }
  used.emplace_back(nonce, expires);
  Blob packed;
  Packer out{packed};
  out.integer(static_cast<std::int64_t>(used.size()));
  for (const auto& [one, until] : used) {
    out.text(one);
    out.instant(until);
  }
  sql.exec(
      "INSERT INTO used_tickets (id, used) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET used = ?1",
      {Bytes{packed}});
  return Use::first;
}

}  // namespace tickets

}  // namespace callgate
