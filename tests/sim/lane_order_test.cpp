// What a pass looks at is kept between Inputs. After every command of a random sequence a scan of
// the tables must find nothing that the pass has missed: nobody waits who could be dialled, nobody
// is dialled who must not be, and the timer is armed for the next who may be.
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/core.hpp"
#include "core/schedule/callee.hpp"
#include "core/schedule/schedule_config.hpp"
#include "tests/sim/home.hpp"

using namespace callgate;

namespace {

// As stored: CallState::live, JobState::running.
constexpr std::string_view kScan =
    "SELECT lanes.seq, lanes.first_not_before_ms, jobs.state, coalesce(jobs.concurrency, "
    "workspace.calls_at_once_per_job), workspace.calls_at_once, (SELECT count(*) FROM calls WHERE "
    "job = jobs.seq AND calls.state = 2), (SELECT count(*) FROM calls WHERE state = 2), (SELECT "
    "min(not_before_ms) FROM calls WHERE waiting = 1 AND lane = lanes.seq), (SELECT count(*) FROM "
    "calls WHERE waiting = 1 AND lane = lanes.seq), lanes.waiting, lanes.zone, jobs.purpose FROM "
    "lanes JOIN jobs ON jobs.seq "
    "= lanes.job JOIN workspace WHERE EXISTS (SELECT 1 FROM calls WHERE waiting = 1 AND lane = "
    "lanes.seq) ORDER BY lanes.seq";

class Story {
 public:
  explicit Story(std::uint64_t seed) : random_(seed) {
    sql_.begin();  // one transaction: nothing here asks what is on the disk
    tell("PUT", "/api/providers/vapi", R"({"apiKey":"k","baseUrl":"http://127.0.0.1:1"})");
  }

  void step() {
    switch (below(20)) {
      case 0:
      case 1:
        return make_job();
      case 2:
        return make_list();
      case 3:
        return below(3) == 0 ? change_gates() : change_limits();
      case 4:
        return add_people();
      case 5:
        return tell("DELETE", "/api/jobs/" + any_job());
      case 6:
        return tell("POST", "/api/jobs/" + any_job() + "/cancel");
      case 7:
        return tell("POST", "/api/jobs/" + any_job() + "/pause");
      case 8:
        return tell("POST", "/api/jobs/" + any_job() + "/resume");
      case 9:
      case 10:
        return tell("POST", "/api/jobs/" + any_job() + "/start");
      case 11:
        now_ += Millis{below(below(4) == 0 ? 90'000 : 900)};
        if (below(6) == 0) {
          now_ += std::chrono::minutes{below(20 * 60)};
        }
        return give(Wake{});
      case 12:
        // Another reader of the same tables: what was kept must come back from them.
        core_ = std::make_unique<Core>(sql_, crypto_, "default");
        return give(Wake{});
      default:
        return answer();
    }
  }

  std::int64_t dialled = 0;
  std::int64_t waited = 0;  // scans that found somebody who must wait for the clock
  std::int64_t shut = 0;    // and of those, who waits for a gate alone

 private:
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }

  void change_limits() {
    tell("PUT", "/api/scheduler/config",
         R"({"rateLimits":{"global":)" + std::to_string(1 + below(6)) + R"(,"perJob":)" +
             std::to_string(1 + below(3)) + "}" + gates_ + "}");
  }

  // Business hours, or none; the law of the place called, or a carrier that rings nobody.
  void change_gates() {
    rehearsal_ = below(2) == 0;
    tell("PUT", "/api/providers/vapi",
         std::string{R"({"apiKey":"k","baseUrl":"http://127.0.0.1:1","rehearsal":)"} +
             (rehearsal_ ? "true}" : "false}"));
    calendar_ = ScheduleConfig{ScheduleConfig::Hours::any(), {}, {}, {}, 3, {}};
    gates_.clear();
    if (below(2) == 0) {
      const std::string start = "0" + std::to_string(below(10)) + ":30";
      const std::string end = std::to_string(10 + below(14)) + ":00";
      calendar_.business_hours = {{1, 2, 3, 4, 5, 6}, start, end, "Europe/Berlin"};
      gates_ = R"(,"businessHours":{"daysOfWeek":[1,2,3,4,5,6],"startTime":")" + start +
               R"(","endTime":")" + end + R"(","timezone":"Europe/Berlin"})";
    }
    change_limits();
  }

  // The first instant from `at` on at which everything allows a call, asked gate by gate.
  std::optional<Instant> ready(const std::string& place, std::int64_t purpose, Instant at) {
    CalleePolicy policy;
    policy.purpose = static_cast<Purpose>(purpose);
    const auto callee = parse_callee_class(place);
    REQUIRE(callee);
    const CalleeHours hours{*callee, policy, zones_};
    const auto schedule = Schedule::check(calendar_, zones_);
    for (int turn = 0; turn < 2000; ++turn) {
      const auto open = schedule->next_available(at, {400, {}, Level::normal});
      if (!open || !*open) {
        return std::nullopt;
      }
      const auto allowed = rehearsal_
                               ? std::optional{(*open)->time}
                               : hours.next_allowed((*open)->time, std::chrono::hours{24 * 400});
      if (!allowed || *allowed == (*open)->time) {
        return allowed;
      }
      at = *allowed;
    }
    return std::nullopt;
  }

  std::string people() {
    constexpr const char* kZones[] = {"", R"(,"timezone":"Europe/Berlin")",
                                      R"(,"timezone":"Asia/Tokyo")"};
    std::string list;
    for (std::int64_t i = 1 + below(4); i > 0; --i) {
      list += std::string{list.empty() ? "" : ","} + R"({"phoneNumber":"+1)" +
              (below(2) == 0 ? "415200" : "305200") + std::to_string(1000 + below(40)) + "\"" +
              kZones[below(3)] + "}";
    }
    return "\"recipients\":[" + list + "]";
  }

  void make_job() {
    constexpr const char* kMore[] = {"", R"("schedule":"now",)", R"("schedule":"now",)",
                                     R"("concurrency":2,"schedule":"now",)"};
    const std::string later =
        R"("schedule":")" + format_rfc3339(now_ + Millis{1 + below(60'000)}) + "\",";
    tell("POST", "/api/jobs",
         R"({"name":"n","assistantId":"a","phoneNumberId":"p",)" +
             std::string{below(2) == 0 ? R"("purpose":"debt",)" : ""} + R"("priority":)" +
             std::to_string(1 + below(5)) + "," + (below(5) == 0 ? later : kMore[below(4)]) +
             people() + "}");
  }

  void make_list() {
    HttpRequest request;
    request.method = "POST";
    request.target = "/api/jobs?name=" + std::to_string(below(1'000'000)) +
                     "&assistantId=a&phoneNumberId=p&schedule=now";
    request.headers = {{"content-type", "text/csv"}};
    request.body_is_stream = true;
    request.principal = Principal{"default", "tester", {"owner"}, {}};
    const Output opened = give_one(std::move(request));
    const std::int64_t import = std::get<Ingest>(opened.answer).import;
    std::string rows = "phone\n";
    for (std::int64_t i = below(4); i > 0; --i) {
      rows += "+1415201" + std::to_string(1000 + below(40)) + "\n";
    }
    give(ImportChunk{import, 0, rows, false, false});
    give(ImportChunk{import, 1, "+14152029999\n", true, below(4) == 0});
  }

  void add_people() {
    tell("POST", "/api/jobs/" + any_job() + "/recipients", "{" + people() + "}");
  }

  void answer() {
    if (asked_.empty()) {
      return;
    }
    const auto at = static_cast<std::size_t>(below(static_cast<std::int64_t>(asked_.size())));
    const EffectKey key = asked_[at];
    asked_.erase(asked_.begin() + static_cast<std::ptrdiff_t>(at));
    const std::string id = R"({"id":"p)" + std::to_string(key.subject) + "\"";
    switch (below(20)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
      case 5:
        return give(EffectResult{key, NotSent{"refused"}});
      case 6:
        return give(EffectResult{key, NoAnswer{"cut"}});
      case 7:
        return give(EffectResult{
            key, Answered{400, -1, R"({"message":"customer.number must be a valid number"})"}});
      case 8:
        return give(EffectResult{key, Answered{402, -1, R"({"message":"empty wallet"})"}});
      case 9:
        return give(EffectResult{key, Answered{201, -1, id + R"(,"status":"queued"})"}});
      default:
        return give(EffectResult{
            key, Answered{201, -1,
                          id + R"(,"status":"ended","endedReason":")" +
                              (below(2) == 0 ? "customer-busy" : "customer-ended-call") + "\"}"}});
    }
  }

  std::string any_job() {
    return jobs_.empty()
               ? "none"
               : jobs_[static_cast<std::size_t>(below(static_cast<std::int64_t>(jobs_.size())))];
  }

  void tell(std::string method, std::string target, std::string body = {}) {
    const Output output =
        give_one(sim::owners_request(std::move(method), std::move(target), std::move(body)));
    const auto& response = std::get<Response>(output.answer);
    REQUIRE(response.status < 500);
    if (response.status == 201) {
      const std::size_t at = response.body.find("job_");
      jobs_.push_back(response.body.substr(at, response.body.find('"', at) - at));
    }
  }

  void give(decltype(Input::event) event) { give_one(std::move(event)); }

  Output give_one(decltype(Input::event) event) {
    Input input;
    input.now = now_ += Millis{1};
    input.entropy.fill(7);
    input.event = std::move(event);
    Output output = core_->handle(input);
    for (const Effect& effect : output.effects) {
      asked_.push_back(effect.key);
      if (effect.key.kind == EffectKind::place_call) {
        ++dialled;
        const Rows job = sql_.exec(
            "SELECT jobs.state, lanes.zone, jobs.purpose FROM calls JOIN jobs ON jobs.seq = "
            "calls.job JOIN lanes ON lanes.seq = calls.lane WHERE calls.seq = ?1",
            {effect.key.subject});
        REQUIRE(job.integer(0, 0) == 3);
        REQUIRE(ready(job.text(0, 1), job.integer(0, 2), now_) == now_);
      }
    }
    scan(output);
    return output;
  }

  void scan(const Output& output) {
    const Rows lanes = sql_.exec(kScan);
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      CAPTURE(lanes.integer(i, 0));
      REQUIRE(lanes.integer(i, 8) <= lanes.integer(i, 9));  // a row may promise too much
      REQUIRE(lanes.integer(i, 1) <= lanes.integer(i, 7));
      const std::int64_t live = lanes.integer(i, 5);
      const std::int64_t limit = lanes.integer(i, 3);
      const bool room = live < limit && lanes.integer(i, 6) < lanes.integer(i, 4);
      if (lanes.integer(i, 2) == 3 && room) {
        const auto first = ready(lanes.text(i, 10), lanes.integer(i, 11),
                                 std::max(now_, from_ms(lanes.integer(i, 7))));
        if (!first) {
          continue;
        }
        REQUIRE(*first > now_);
        REQUIRE(output.wake_at);
        REQUIRE(*output.wake_at <= *first);
        ++waited;
        shut += from_ms(lanes.integer(i, 7)) <= now_ ? 1 : 0;
      }
    }
  }

  std::mt19937_64 random_;
  test::Folder folder_;
  SqliteSql sql_{(folder_.path() / "default.sqlite").string(), {}};
  OpensslCrypto crypto_{std::array<std::uint8_t, 32>{1, 2, 3}};
  std::unique_ptr<Core> core_ = std::make_unique<Core>(sql_, crypto_, "default");
  Instant now_ = from_ms(1'798'000'000'000);
  ZoneTable zones_;
  ScheduleConfig calendar_{ScheduleConfig::Hours::any(), {}, {}, {}, 3, {}};
  std::string gates_;  // of the configuration, as JSON members
  bool rehearsal_ = true;
  std::vector<std::string> jobs_;
  std::vector<EffectKey> asked_;
};

}  // namespace

TEST_CASE("After any sequence of commands a pass has missed nothing that a full scan finds") {
  std::int64_t dialled = 0;
  std::int64_t waited = 0;
  std::int64_t shut = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Story story{seed};
    for (int i = 0; i < 300; ++i) {
      CAPTURE(i);
      story.step();
    }
    dialled += story.dialled;
    waited += story.waited;
    shut += story.shut;
  }
  CHECK(dialled > 500);
  CHECK(waited > 500);
  CHECK(shut > 300);
}
