#include "core/engine/suppressions.hpp"

#include "core/calls/lifecycle.hpp"
#include "core/engine/jobs.hpp"
#include "core/engine/tallies.hpp"
#include "core/imports/json_line.hpp"
#include "core/imports/judge.hpp"

namespace callgate {
namespace {

constexpr std::size_t kNoteBytesMax = 1000;

bool lasts_longer(const SuppressionNote& note, const SuppressionNote& than) {
  return than.expires_at && (!note.expires_at || *note.expires_at > *than.expires_at);
}

// "Expires at", "expires_at" and "expiresAt" are one word.
std::string word_of(std::string_view header) {
  std::string word;
  for (const char c : header) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z')) {
      word += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return word;
}

}  // namespace

Expected<SuppressionNote, Reject> note_of(const Recipient& row, const SuppressionNote& import,
                                          Instant now) {
  SuppressionNote note = import;
  if (row.metadata.empty()) {
    return note;
  }
  const auto members = read_json_line(row.metadata);
  CALLGATE_CHECK(members.has_value());
  for (const JsonMember& member : *members) {
    const std::string_view text = trim(member.text);
    if (text.empty()) {
      continue;
    }
    const std::string word = word_of(member.key);
    std::string* const said = word == "reason"   ? &note.reason
                              : word == "source" ? &note.source
                                                 : nullptr;
    if (said != nullptr) {
      *said = text;
      if (said->size() > kNoteBytesMax) {
        return unexpected(make_reject("row_invalid", member.key, "It is too long.", text));
      }
    } else if (word == "expiresat") {
      note.expires_at = parse_rfc3339(text);
      if (!note.expires_at || *note.expires_at <= now) {
        return unexpected(make_reject("expires_at_invalid", member.key,
                                      note.expires_at ? "This time has passed."
                                                      : "It is not a time such as "
                                                        "2027-01-31T00:00:00Z.",
                                      text));
      }
    }
  }
  return note;
}

OnList put_on_list(Service& service, Phone phone, const SuppressionNote& note) {
  auto known = service.store.suppressions.of_number(phone.digits);
  if (known && known->holds_at(service.now())) {
    if (!lasts_longer(note, known->note)) {
      return {Listing::known, std::move(*known)};
    }
    known->note = note;
    service.store.suppressions.save(*known);
    return {Listing::changed, std::move(*known)};
  }
  if (known) {
    service.store.suppressions.remove(known->seq);
  }
  Suppression entry{service.store.workspace.take_seq(), service.now(), phone, note};
  service.store.suppressions.add(entry);
  return {Listing::added, std::move(entry)};
}

void block(Service& service, Call& call, BlockedBy rule) {
  CALLGATE_CHECK(may_follow(call.state, CallState::blocked));
  call.state = CallState::blocked;
  call.blocked_by = rule;
  call.ended_at = service.now();
  calls::save(service.sql(), call);
  service.store.lanes.leave(call.lane);
  Job& job = service.store.jobs.edit(call.job);
  tally_end(service, job, call, service.now());
  finish_if_done(service, job);
}

}  // namespace callgate
