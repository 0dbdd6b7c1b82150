// An expected answer is a value: Expected<T, E> holds a T or says with an E why there is none.
// tl::expected until every supported compiler has std::expected (gcc 12 and libc++ 13 do not).
#pragma once

#include <tl/expected.hpp>
#include <utility>

namespace callgate {

template <class T, class E>
using Expected = tl::expected<T, E>;

template <class E>
[[nodiscard]] auto unexpected(E&& error) {
  return tl::make_unexpected(std::forward<E>(error));
}

}  // namespace callgate
