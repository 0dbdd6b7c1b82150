// The workspace's provider accounts at work: which there are, which of them a job's calls may go by
// and in which order, and what each of them takes now. How one is chosen is pure
// (core/limits/accounts.hpp). An attempt keeps the number of its account: whatever is asked or told
// of it later concerns that account alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/service.hpp"
#include "core/limits/accounts.hpp"

namespace callgate {

// In order; those too whose secrets cannot be opened here.
[[nodiscard]] const std::vector<Provider>& provider_accounts(const Service& service);
[[nodiscard]] const Provider* account_named(const Service& service, std::string_view name);
// nullptr: it is gone, or its secrets cannot be opened.
[[nodiscard]] const Provider* account_numbered(const Service& service, std::int64_t number);
// Whether any account can be used.
[[nodiscard]] bool has_provider(const Service& service);
// Whether nobody is rung, whichever account a call goes by.
[[nodiscard]] bool rings_nobody(const Service& service);

// The places in provider_accounts() of those that calls of the job may go by, first choice first:
// those it names, else all; and of them those that can be used.
[[nodiscard]] AccountRoute route_of(Service& service, const Job& job);
// What each of provider_accounts() takes now.
[[nodiscard]] std::vector<AccountNow> accounts_now(Service& service);

// The account of a call that a pass would send by `planned`: another one that takes it, where its
// last attempt failed there by the carrier or the provider, or found no room and overflows. Brings
// `left` up to date.
[[nodiscard]] std::size_t account_for(Service& service, const Call& call, const Job& job,
                                      std::size_t planned, std::vector<AccountNow>& left);

// A dial was decided on through that account: whether it counts in the quota of the account's day.
bool count_in_quota(Service& service, const Provider& account);
// The account had no such call, though it was counted: on the day on which it was decided.
void give_back_quota(Service& service, const Attempt& attempt);

// What holds a call back that no account of its route takes.
[[nodiscard]] std::vector<BindingLimit> binding_accounts(Service& service, const Job& job);

// An account is gone: nothing is remembered of it.
void forget_account(Service& service, const Provider& account);

}  // namespace callgate
