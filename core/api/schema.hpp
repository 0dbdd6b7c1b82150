// A struct is described once, by a static fields(); strict decoding, encoding, JSON Schema and
// OpenAPI follow from that description. The description becomes constant tables (TypeInfo), and the
// code that walks them is not a template, so a new struct costs tables only. Members: bool,
// std::int64_t, std::string, Instant (RFC 3339), InstantOrNow, an enum with words(), JsonObject,
// std::map<std::string, std::string>, a described struct, and std::vector or std::optional of
// these. An optional may be absent (null reads as absent); everything else is required.
// Refused, all at once and with its place: a wrong type, a missing or an unknown or a repeated
// field, a value outside its limits. Every text, list and number has limits: the defaults are
// below.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/api/problem.hpp"
#include "core/base/expected.hpp"
#include "core/base/time.hpp"

namespace callgate {

// Any JSON object, kept as compact text ("{}" when made here).
struct JsonObject {
  std::string text = "{}";
  friend bool operator==(const JsonObject&, const JsonObject&) = default;
};

// "now", or an RFC 3339 time.
struct InstantOrNow {
  std::optional<Instant> at;  // nullopt: now
  [[nodiscard]] Instant resolve(Instant now) const { return at.value_or(now); }
  friend bool operator==(const InstantOrNow&, const InstantOrNow&) = default;
};

// One word of an enum. Beside an enum E stands, in its namespace:
//   constexpr auto words(E) { return std::array{word("low", E::low, "…"), word("high", E::high)}; }
template <class E>
struct Word {
  std::string_view text;
  E value;
  std::string_view description;
};

template <class E>
constexpr Word<E> word(std::string_view text, E value, std::string_view description = {}) {
  return {text, value, description};
}

// Rules: what a member may hold. On a list or map, text() and range() are about each item.

inline constexpr std::int64_t kTextMax = 1000;                      // characters (code points)
inline constexpr std::int64_t kItemsMax = 1000;                     // of a list or map
inline constexpr std::int64_t kObjectBytesMax = 16384;              // of a JsonObject's text
inline constexpr std::int64_t kNameMax = 64;                        // characters of a map's name
inline constexpr std::int64_t kIntegerMax = 9'007'199'254'740'991;  // 2^53 - 1 (RFC 7493)

struct Rules {
  std::int64_t text_min = 0;
  std::int64_t text_max = kTextMax;
  std::int64_t range_min = -kIntegerMax;
  std::int64_t range_max = kIntegerMax;
  std::int64_t items_min = 0;
  std::int64_t items_max = kItemsMax;
  std::int64_t bytes_max = kObjectBytesMax;
  std::string_view format;   // documentation only: "phone", "time-zone", "time-of-day" …
  std::string_view example;  // documentation only
  bool defaulted = false;
  bool is_time = false;
};

struct TextRule {
  std::int64_t min;
  std::int64_t max;
};
struct RangeRule {
  std::int64_t min;
  std::int64_t max;
};
struct ItemsRule {
  std::int64_t min;
  std::int64_t max;
};
struct BytesRule {
  std::int64_t max;
};
struct FormatRule {
  std::string_view name;
};
struct ExampleRule {
  std::string_view text;
};
struct DefaultedRule {};
struct WrittenTimeRule {};

// A struct with a member of one of these names writes callgate::items(…) inside its fields().
constexpr TextRule text(std::int64_t min, std::int64_t max) {
  return {min, max};
}
constexpr RangeRule range(std::int64_t min, std::int64_t max) {
  return {min, max};
}
constexpr ItemsRule items(std::int64_t min, std::int64_t max) {
  return {min, max};
}
constexpr BytesRule bytes(std::int64_t max) {
  return {max};
}
constexpr FormatRule format(std::string_view name) {
  return {name};
}
constexpr ExampleRule example(std::string_view text) {
  return {text};
}
// May be left out; the member then keeps its initialiser, which the schema shows as the default.
constexpr DefaultedRule defaulted() {
  return {};
}
// A text that is read as a time by a rule of its own. The milliseconds that JavaScript counts are
// taken as everywhere: the member then has them in RFC 3339.
constexpr WrittenTimeRule written_time() {
  return {};
}

enum class TypeKind : std::uint8_t {
  boolean,
  integer,
  text,
  instant,
  instant_or_now,
  word,
  json_object,
  text_map,
  list,
  optional,
  record,
};

struct TypeInfo;

struct WordInfo {
  std::string_view text;
  std::string_view description;
};

struct FieldInfo {
  std::string_view name;
  std::string_view description;
  Rules rules;
  const TypeInfo* type = nullptr;
  bool required = true;
  void* (*member)(void* object) = nullptr;
  void (*append_default)(std::string& out) = nullptr;  // only when defaulted
};

struct TypeInfo {
  TypeKind kind = TypeKind::record;
  std::string_view name;            // record, word: the C++ type as the compiler spells it
  std::string_view description;     // record: kDescription, if it has one
  const TypeInfo* inner = nullptr;  // list, optional
  std::span<const FieldInfo> fields;
  std::span<const WordInfo> words;
  // list: appends an item and returns it. optional: engages it and returns the value.
  void* (*emplace)(void* object) = nullptr;
  std::size_t (*size)(const void* object) = nullptr;  // list; optional: 0 or 1
  const void* (*item)(const void* object, std::size_t index) = nullptr;
  std::size_t (*word_index)(const void* object) = nullptr;
  void (*set_word)(void* object, std::size_t index) = nullptr;
};

// The component name of a record or word type: "NewJob"; of Page<Job>, "PageOfJob". A record may
// name itself with a static kSchemaName.
[[nodiscard]] std::string schema_name(const TypeInfo& type);

namespace schema_detail {

template <class T>
constexpr std::string_view type_name() {
  // gcc: "… [with T = X; …]", clang: "… [T = X]".
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  const std::size_t semicolon = text.find(';');
  return text.substr(0, semicolon == std::string_view::npos ? text.rfind(']') : semicolon);
}

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {};

// What the text and range rules of a member are about.
template <class T>
struct Leaf {
  using Type = T;
};
template <class T>
struct Leaf<std::optional<T>> : Leaf<T> {};
template <class T>
struct Leaf<std::vector<T>> : Leaf<T> {};
template <class T>
struct Unwrapped {
  using Type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> : Unwrapped<T> {};

using TextMap = std::map<std::string, std::string>;

template <class M>
constexpr void apply(Rules& rules, TextRule rule) {
  using L = typename Leaf<M>::Type;
  static_assert(std::is_same_v<L, std::string> || std::is_same_v<L, TextMap>,
                "text() is about strings");
  rules.text_min = rule.min;
  rules.text_max = rule.max;
}
template <class M>
constexpr void apply(Rules& rules, RangeRule rule) {
  static_assert(std::is_same_v<typename Leaf<M>::Type, std::int64_t>, "range() is about integers");
  rules.range_min = rule.min;
  rules.range_max = rule.max;
}
template <class M>
constexpr void apply(Rules& rules, ItemsRule rule) {
  using U = typename Unwrapped<M>::Type;
  static_assert(IsList<U>::value || std::is_same_v<U, TextMap>, "items() is about lists and maps");
  rules.items_min = rule.min;
  rules.items_max = rule.max;
}
template <class M>
constexpr void apply(Rules& rules, BytesRule rule) {
  static_assert(std::is_same_v<typename Leaf<M>::Type, JsonObject>, "bytes() is about JsonObject");
  rules.bytes_max = rule.max;
}
template <class M>
constexpr void apply(Rules& rules, FormatRule rule) {
  rules.format = rule.name;
}
template <class M>
constexpr void apply(Rules& rules, ExampleRule rule) {
  rules.example = rule.text;
}
template <class M>
constexpr void apply(Rules& rules, WrittenTimeRule /*rule*/) {
  static_assert(std::is_same_v<typename Leaf<M>::Type, std::string>, "it is about strings");
  rules.is_time = true;
}
template <class M>
constexpr void apply(Rules& rules, DefaultedRule /*rule*/) {
  static_assert(!IsOptional<M>::value, "an optional is absent by itself");
  rules.defaulted = true;
}

template <class T>
concept Described = requires { T::fields(); };
template <class E>
concept Worded = std::is_enum_v<E> && requires(E value) { words(value); };

void append_value(std::string& out, const TypeInfo& type, const void* object);

template <class T>
constexpr TypeInfo make_type();

template <class T>
inline constexpr TypeInfo kType = make_type<T>();

template <auto Member>
struct MemberOf;
template <class T, class M, M T::* Member>
struct MemberOf<Member> {
  using Object = T;
  using Type = M;
};

template <auto Member>
void* member_of(void* object) {
  return &(static_cast<typename MemberOf<Member>::Object*>(object)->*Member);
}

template <auto Member>
void append_default_of(std::string& out) {
  const typename MemberOf<Member>::Object object{};
  append_value(out, kType<typename MemberOf<Member>::Type>, &(object.*Member));
}

}  // namespace schema_detail

// Describes one member of the struct whose fields() this is in.
template <auto Member, class... R>
constexpr FieldInfo field(std::string_view name, std::string_view description, R... rule) {
  using M = typename schema_detail::MemberOf<Member>::Type;
  FieldInfo info;
  info.name = name;
  info.description = description;
  (schema_detail::apply<M>(info.rules, rule), ...);
  info.type = &schema_detail::kType<M>;
  info.required = !schema_detail::IsOptional<M>::value && !info.rules.defaulted;
  info.member = &schema_detail::member_of<Member>;
  if constexpr ((std::is_same_v<R, DefaultedRule> || ...)) {
    info.append_default = &schema_detail::append_default_of<Member>;
  }
  return info;
}

namespace schema_detail {

template <class T>
inline constexpr auto kFields = T::fields();

template <class E>
constexpr auto make_words() {
  constexpr auto list = words(E{});
  std::array<WordInfo, list.size()> infos{};
  for (std::size_t i = 0; i < list.size(); ++i) {
    infos[i] = {list[i].text, list[i].description};
  }
  return infos;
}

template <class E>
inline constexpr auto kWords = make_words<E>();

// The place of the enumerator in its words; their number when it has none.
template <class E>
std::size_t word_index_of(const void* object) {
  constexpr auto list = words(E{});
  std::size_t index = 0;
  while (index < list.size() && list[index].value != *static_cast<const E*>(object)) {
    ++index;
  }
  return index;
}

template <class E>
void set_word_of(void* object, std::size_t index) {
  constexpr auto list = words(E{});
  *static_cast<E*>(object) = list[index].value;
}

template <class T>
void* emplace_in(void* object) {
  if constexpr (IsOptional<T>::value) {
    return &static_cast<T*>(object)->emplace();
  } else {
    return &static_cast<T*>(object)->emplace_back();
  }
}

template <class T>
std::size_t size_of(const void* object) {
  if constexpr (IsOptional<T>::value) {
    return static_cast<const T*>(object)->has_value() ? 1 : 0;
  } else {
    return static_cast<const T*>(object)->size();
  }
}

template <class T>
const void* item_of(const void* object, std::size_t index) {
  if constexpr (IsOptional<T>::value) {
    return &**static_cast<const T*>(object);
  } else {
    return &(*static_cast<const T*>(object))[index];
  }
}

template <class T>
constexpr TypeInfo make_record() {
  TypeInfo info;
  info.name = type_name<T>();
  if constexpr (requires { T::kSchemaName; }) {
    info.name = T::kSchemaName;
  }
  if constexpr (requires { T::kDescription; }) {
    info.description = T::kDescription;
  }
  info.fields = kFields<T>;
  return info;
}

template <class T>
constexpr TypeInfo make_type() {
  TypeInfo info;
  if constexpr (std::is_same_v<T, bool>) {
    info.kind = TypeKind::boolean;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    info.kind = TypeKind::integer;
  } else if constexpr (std::is_same_v<T, std::string>) {
    info.kind = TypeKind::text;
  } else if constexpr (std::is_same_v<T, Instant>) {
    info.kind = TypeKind::instant;
  } else if constexpr (std::is_same_v<T, InstantOrNow>) {
    info.kind = TypeKind::instant_or_now;
  } else if constexpr (std::is_same_v<T, JsonObject>) {
    info.kind = TypeKind::json_object;
  } else if constexpr (std::is_same_v<T, TextMap>) {
    info.kind = TypeKind::text_map;
  } else if constexpr (Worded<T>) {
    info.kind = TypeKind::word;
    info.name = type_name<T>();
    info.words = kWords<T>;
    info.word_index = &word_index_of<T>;
    info.set_word = &set_word_of<T>;
  } else if constexpr (IsList<T>::value || IsOptional<T>::value) {
    static_assert(!std::is_same_v<T, std::vector<bool>>, "its items have no address");
    info.kind = IsList<T>::value ? TypeKind::list : TypeKind::optional;
    info.inner = &kType<typename T::value_type>;
    info.emplace = &emplace_in<T>;
    info.size = &size_of<T>;
    info.item = &item_of<T>;
  } else {
    static_assert(Described<T>, "a struct needs fields(), an enum words()");
    info = make_record<T>();
  }
  return info;
}

[[nodiscard]] std::vector<Issue> decode_body(std::string_view body, const TypeInfo& type,
                                             void* object);
[[nodiscard]] std::vector<Issue> decode_query(
    std::span<const std::pair<std::string, std::string>> parameters, const TypeInfo& type,
    void* object);

}  // namespace schema_detail

template <schema_detail::Described T>
constexpr const TypeInfo* schema_of() {
  return &schema_detail::kType<T>;
}
template <class T>
  requires schema_detail::IsList<T>::value
constexpr const TypeInfo* schema_of() {
  return &schema_detail::kType<T>;
}

// Reads into `object` what can be read and answers every issue. A member with an issue has what it
// held; where it is optional, it may be there with its type's own beginning (a priority of 0): so
// what depends on a member looks at has_issue_at first. For a caller with checks of its own: it
// appends to the issues, then refuse_if_any.
template <schema_detail::Described T>
[[nodiscard]] std::vector<Issue> decode_into(T& object, std::string_view body) {
  return schema_detail::decode_body(body, *schema_of<T>(), &object);
}

template <schema_detail::Described T>
[[nodiscard]] Expected<T, std::vector<Issue>> decode(std::string_view body) {
  T object{};
  std::vector<Issue> issues = decode_into(object, body);
  if (!issues.empty()) {
    return unexpected(std::move(issues));
  }
  return object;
}

// A query string as a flat struct: "?name" is its pointer, a list is separated by commas. Pairs are
// decoded already; a name given twice is an issue.
template <schema_detail::Described T>
[[nodiscard]] Expected<T, std::vector<Issue>> decode_query(
    std::span<const std::pair<std::string, std::string>> parameters) {
  T object{};
  std::vector<Issue> issues = schema_detail::decode_query(parameters, *schema_of<T>(), &object);
  if (!issues.empty()) {
    return unexpected(std::move(issues));
  }
  return object;
}

// Appends compact JSON: members in their described order, absent optionals left out. A CHECK fails
// on an enumerator without a word and on text that is not UTF-8.
template <class T>
void encode(std::string& out, const T& object) {
  schema_detail::append_value(out, schema_detail::kType<T>, &object);
}

// What is empty is left out of an answer.
[[nodiscard]] inline std::optional<std::string> text_or_none(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional<std::string>{text};
}

// The word of an enumerator, and back.
template <schema_detail::Worded E>
[[nodiscard]] std::string_view word_of(E value) {
  constexpr auto list = words(E{});
  const std::size_t index = schema_detail::word_index_of<E>(&value);
  return index < list.size() ? list[index].text : std::string_view{};
}
template <schema_detail::Worded E>
[[nodiscard]] std::optional<E> from_word(std::string_view text) {
  for (const Word<E>& entry : words(E{})) {
    if (entry.text == text) {
      return entry.value;
    }
  }
  return std::nullopt;
}

}  // namespace callgate
