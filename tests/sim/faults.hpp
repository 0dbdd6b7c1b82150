// What can go wrong, one row each: a member, its name on the command line, how much of it a seed
// may have, and what it does. World has the seams where they act.
#pragma once

#include <string_view>

namespace callgate::sim {

struct Faults {
  // Per mille of the occasions, but for what ends in _max.
  int not_sent = 0;
  int lost_before_dial = 0;
  int lost_after_dial = 0;
  int server_error = 0;
  int refuse_capacity = 0;
  int webhook_lost = 0;
  int webhook_repeated = 0;
  int list_late_ms_max = 0;
  int crash = 0;
  int name_lost = 0;
  int name_repeated = 0;
  int dead_letter = 0;
  int dies_before_send = 0;
  int refuse_account = 0;
  int refuse_number = 0;
  int send_late_ms_max = 0;
  int slow_ms_max = 0;
  int look_up_fails = 0;
  int result_lost = 0;
  int result_repeated = 0;
  int result_late = 0;
  int webhook_late = 0;
  int name_late = 0;
  int alarm_late = 0;
  int alarm_repeated = 0;
  int crash_before_commit = 0;
  int reply_lost = 0;
  int sql_error = 0;
  int outage = 0;
  int skew_ms_max = 0;
  int standstill_min_max = 0;
};

struct FaultKind {
  std::string_view name;
  int Faults::* amount;
  int most;
  std::string_view what;
};

inline constexpr FaultKind kFaults[] = {
    {"not_sent", &Faults::not_sent, 60, "a request never leaves the host"},
    {"lost_before_dial", &Faults::lost_before_dial, 60, "no answer, and nobody was dialled"},
    {"lost_after_dial", &Faults::lost_after_dial, 60, "no answer, but somebody was dialled"},
    {"server_error", &Faults::server_error, 60, "500 after the dial"},
    {"refuse_capacity", &Faults::refuse_capacity, 100, "429, with and without Retry-After"},
    {"webhook_lost", &Faults::webhook_lost, 400, "a report never comes"},
    {"webhook_repeated", &Faults::webhook_repeated, 200, "a report comes twice"},
    {"list_late", &Faults::list_late_ms_max, 50'000, "a call is listed so many ms later"},
    {"crash", &Faults::crash, 30, "after the commit; some effects had left, no result comes"},
    {"name_lost", &Faults::name_lost, 60, "the queue loses an effect's name"},
    {"name_repeated", &Faults::name_repeated, 150, "the queue brings a name twice"},
    {"dead_letter", &Faults::dead_letter, 60, "nobody took the name: it is given back"},
    {"dies_before_send", &Faults::dies_before_send, 60, "taken, and never sent"},
    {"refuse_account", &Faults::refuse_account, 4, "401 or 402: a person has to mend it"},
    {"refuse_number", &Faults::refuse_number, 40, "400: the customer's number is no good"},
    {"send_late", &Faults::send_late_ms_max, 9000, "the host sends so many ms later"},
    {"slow", &Faults::slow_ms_max, 19'000, "a request takes so many ms to arrive"},
    {"look_up_fails", &Faults::look_up_fails, 200, "a look-up is answered by 500 or not at all"},
    {"result_lost", &Faults::result_lost, 40, "the host never tells a result"},
    {"result_repeated", &Faults::result_repeated, 100, "the host tells a result twice"},
    {"result_late", &Faults::result_late, 60, "the host tells a result up to 90 s late"},
    {"webhook_late", &Faults::webhook_late, 150, "a report comes up to ten minutes late"},
    {"name_late", &Faults::name_late, 60, "the queue brings a name up to 90 s late"},
    {"alarm_late", &Faults::alarm_late, 40, "the timer fires up to five minutes late"},
    {"alarm_repeated", &Faults::alarm_repeated, 60, "the timer fires twice"},
    {"crash_before_commit", &Faults::crash_before_commit, 15, "nothing of the Input stays"},
    {"reply_lost", &Faults::reply_lost, 60, "committed, but who asked is never told"},
    {"sql_error", &Faults::sql_error, 20, "a statement of an Input fails: all of it rolls back"},
    {"outage", &Faults::outage, 60, "the provider is away for up to an hour"},
    {"skew", &Faults::skew_ms_max, 40'000, "the host's clock jumps so many ms, either way"},
    {"standstill", &Faults::standstill_min_max, 900, "nothing runs for so many minutes"},
};

}  // namespace callgate::sim
