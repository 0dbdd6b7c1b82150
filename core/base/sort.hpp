// std::sort for the core: n log n steps at most, like the standard's, in a fifth of its code, of
// which every kind of element has a copy of its own in the module that each isolate loads. Not
// stable: the order must be total, or equal elements indistinguishable.
#pragma once

#include <algorithm>

namespace callgate {

template <class Iterator, class... Order>
void heap_sort(Iterator first, Iterator last, Order... earlier) {
  std::make_heap(first, last, earlier...);
  std::sort_heap(first, last, earlier...);
}

}  // namespace callgate
