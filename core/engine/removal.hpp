// A call that somebody removes: canceled first, then out of its job and out of every list. Its row
// stays until its job goes (core/engine/retention.hpp), and what was done with it in the audit log.
#pragma once

#include "core/engine/service.hpp"

namespace callgate {

// One that has ended.
void hide_call(Service& service, const Call& call);

}  // namespace callgate
