// What a dial has cost. The price may come with the word that the dial has ended, or after it;
// where the word of it is lost, the provider is asked, again and again for about a day. Until then
// the attempt settles: it holds the reserve of the budgets, and no slot.
#pragma once

#include "core/base/id.hpp"
#include "core/engine/service.hpp"
#include "core/providers/vapi.hpp"

namespace callgate {

// Of an attempt that has ended without a price, in place of its removal.
void settle(Service& service, Attempt attempt);

// The hold of an attempt that settles has expired: the provider is asked for the price, or it is
// given up.
void ask_price(Service& service, Attempt attempt);
// What the provider said.
void on_price_result(Service& service, const Attempt& attempt, const EffectResult& result);

// A report of an attempt that has ended. False: it names no price, or the price is known.
bool add_price(Service& service, const AttemptName& name, const vapi::Fact& fact,
               const Provider& from);

}  // namespace callgate
