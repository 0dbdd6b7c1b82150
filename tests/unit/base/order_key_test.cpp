#include "core/base/order_key.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <vector>

namespace callgate {

TEST_CASE("keys of what was never moved stand in the order of their numbers") {
  std::vector<std::string> keys;
  for (const std::int64_t number : {1, 2, 61, 62, 63, 3843, 3844, 1'000'000}) {
    keys.push_back(order_key_of(number));
  }
  keys.push_back(order_key_of(std::int64_t{1} << 53));
  CHECK(std::is_sorted(keys.begin(), keys.end()));
  CHECK(std::all_of(keys.begin(), keys.end(), is_order_key));
  CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
}

TEST_CASE("is_order_key refuses what has no place before it") {
  CHECK(is_order_key("V"));
  CHECK(!is_order_key(""));
  CHECK(!is_order_key("V0"));
  CHECK(!is_order_key("a-b"));
}

TEST_CASE("between any two keys, before the first and after the last there is another") {
  std::mt19937_64 random{20261122};
  std::vector<std::string> keys{order_key_of(1), order_key_of(2)};
  for (int i = 0; i < 5000; ++i) {
    const auto at = static_cast<std::size_t>(random() % (keys.size() + 1));
    const std::string key =
        order_key_between(at == 0 ? "" : keys[at - 1], at == keys.size() ? "" : keys[at]);
    REQUIRE(is_order_key(key));
    REQUIRE((at == 0 || keys[at - 1] < key));
    REQUIRE((at == keys.size() || key < keys[at]));
    keys.insert(keys.begin() + static_cast<std::ptrdiff_t>(at), key);
  }
  REQUIRE(std::is_sorted(keys.begin(), keys.end()));
}

TEST_CASE("a thousand moves to one place make a key of at most 180 digits") {
  std::string low = order_key_of(1);
  std::string high = order_key_of(2);
  for (int i = 0; i < 1000; ++i) {
    (i % 2 == 0 ? low : high) = order_key_between(low, high);
  }
  CHECK(low.size() <= 180);
  std::string first = order_key_of(1);
  for (int i = 0; i < 1000; ++i) {
    first = order_key_between("", first);
  }
  CHECK(first.size() <= 30);
  std::string last = order_key_of(1);
  for (int i = 0; i < 1000; ++i) {
    last = order_key_between(last, "");
  }
  CHECK(last.size() <= 30);
}

}  // namespace callgate
