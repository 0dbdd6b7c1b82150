// GET /api/calls and GET /api/contacts/{id}/calls: all calls of the workspace over its jobs, by how
// they stand, by job, contact, number or name, by when they were added; in one of three orders,
// page by page.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/calls.hpp"
#include "core/api/contacts.hpp"
#include "core/engine/call_list.hpp"

namespace callgate {

// How a call stands: its state, or what people are shown of one that waits or is live.
enum class CallStanding : std::uint8_t {
  waiting,
  live,
  completed,
  failed,
  canceled,
  blocked,
  expired,
  held,
  pending,
  scheduled,
  retry_scheduled,
  paused,
  dialing,
  ringing,
  in_progress
};
constexpr auto words(CallStanding /*tag*/) {
  using enum CallStanding;
  return std::array{word("waiting", waiting, "All that wait, in a paused job too"),
                    word("live", live, "All that are dialled or talk"),
                    word("completed", completed),
                    word("failed", failed),
                    word("canceled", canceled),
                    word("blocked", blocked),
                    word("expired", expired),
                    word("held", held),
                    word("pending", pending, "Waits and is due"),
                    word("scheduled", scheduled, "Waits for its time"),
                    word("retry_scheduled", retry_scheduled, "Waits for another attempt"),
                    word("paused", paused, "Waits in a paused job"),
                    word("dialing", dialing),
                    word("ringing", ringing),
                    word("in_progress", in_progress)};
}

constexpr auto words(CallOrder /*tag*/) {
  return std::array{
      word("createdAt", CallOrder::created, "As they were added"),
      word("nextAttemptTime", CallOrder::next_attempt,
           "By when they may go; behind them those that do not wait, as they were "
           "added"),
      word("priority", CallOrder::priority, "By rank, their own or that of their jobs")};
}

enum class Direction : std::uint8_t { ascending, descending };
constexpr auto words(Direction /*tag*/) {
  return std::array{word("asc", Direction::ascending), word("desc", Direction::descending)};
}

struct CallsQuery {
  std::optional<std::vector<CallStanding>> status;
  std::optional<std::string> job_id;
  std::optional<std::string> contact_id;
  std::optional<std::string> number;
  std::optional<std::string> search;
  std::optional<Instant> from;
  std::optional<Instant> before;
  CallOrder sort = CallOrder::created;
  Direction direction = Direction::descending;
  std::int64_t page = 1;
  std::int64_t limit = 20;
  static constexpr auto fields() {
    return std::array{
        field<&CallsQuery::status>("status", "Only those that stand so", callgate::items(1, 15)),
        field<&CallsQuery::job_id>("jobId", "Only this job's", text(1, 64)),
        field<&CallsQuery::contact_id>("contactId", "Only to this contact's numbers", text(1, 64)),
        field<&CallsQuery::number>("number", "Only to this number, in E.164", text(1, 64),
                                   format("phone")),
        field<&CallsQuery::search>(
            "search", "A part of the contact's name, or the first digits of the number",
            text(1, 100)),
        field<&CallsQuery::from>("from", "Only those added then or later"),
        field<&CallsQuery::before>("before", "Only those added before"),
        field<&CallsQuery::sort>("sort", "In which order", defaulted()),
        field<&CallsQuery::direction>("direction", "From which end", defaulted()),
        field<&CallsQuery::page>("page", "Counts from 1; page times limit is at most 10,000",
                                 range(1, 10'000), defaulted()),
        field<&CallsQuery::limit>("limit", "Items on the page", range(1, 100), defaulted())};
  }
};

struct ContactCallsQuery {
  std::optional<std::vector<CallStanding>> status;
  CallOrder sort = CallOrder::created;
  Direction direction = Direction::descending;
  std::int64_t page = 1;
  std::int64_t limit = 20;
  static constexpr auto fields() {
    return std::array{
        field<&ContactCallsQuery::status>("status", "Only those that stand so",
                                          callgate::items(1, 15)),
        field<&ContactCallsQuery::sort>("sort", "In which order", defaulted()),
        field<&ContactCallsQuery::direction>("direction", "From which end", defaulted()),
        field<&ContactCallsQuery::page>("page", "Counts from 1; page times limit is at most 10,000",
                                        range(1, 10'000), defaulted()),
        field<&ContactCallsQuery::limit>("limit", "Items on the page", range(1, 100), defaulted())};
  }
};

struct CallListPage {
  static constexpr std::string_view kSchemaName = "CallList";
  std::vector<CallView> calls;
  std::int64_t total = 0;
  bool total_is_exact = true;
  std::int64_t page = 1;
  std::int64_t pages = 0;
  static constexpr auto fields() {
    return std::array{
        field<&CallListPage::calls>("calls", "As ?sort and ?direction say",
                                    callgate::items(0, 100)),
        field<&CallListPage::total>("total", "How many there are"),
        field<&CallListPage::total_is_exact>(
            "totalIsExact", "False: there are more than 10,000, which are not counted further"),
        field<&CallListPage::page>("page", "This one"),
        field<&CallListPage::pages>("pages", "Of so many calls each")};
  }
};

// Whom the query names, by number: at most one of the three ways.
void set_whom(Request& request, const CallsQuery& query, CallsWanted& wanted);

Answer get_calls(Request& request);
Answer get_contact_calls(Request& request);

}  // namespace callgate
