// What a description looks like and what follows from it; the rest of this file holds it to that.
#include "core/api/schema.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <random>

#include "core/api/json_schema.hpp"

namespace callgate {
namespace example_test {

enum class Purpose : std::uint8_t { marketing, transactional };
constexpr auto words(Purpose /*unused*/) {
  return std::array{word("marketing", Purpose::marketing, "Selling something"),
                    word("transactional", Purpose::transactional)};
}

struct NewJob {
  std::string name;
  std::optional<InstantOrNow> schedule;
  std::optional<std::vector<std::string>> phone_numbers;
  std::optional<Purpose> purpose;
  std::int64_t max_attempts = 3;
  static constexpr auto fields() {
    return std::array{
        field<&NewJob::name>("name", "What people call it", text(1, 200)),
        field<&NewJob::schedule>("schedule", "When it starts; \"now\" or RFC 3339"),
        field<&NewJob::phone_numbers>("phoneNumbers", "Whom to call", items(1, 3), text(1, 64)),
        field<&NewJob::purpose>("purpose", "What the calls are for"),
        field<&NewJob::max_attempts>("maxAttempts", "Dials per call, the first included",
                                     range(1, 20), defaulted())};
  }
};

TEST_CASE("A described struct is decoded and encoded") {
  const auto job = decode<NewJob>(R"({"name": "Spring", "schedule": "now", "maxAttempts": 5,
                                      "purpose": "transactional",
                                      "phoneNumbers": ["+14155550132"]})");
  REQUIRE(job);
  CHECK(job->schedule->resolve(from_ms(7)) == from_ms(7));
  std::string text;
  encode(text, *job);
  CHECK(text == R"({"name":"Spring","schedule":"now","phoneNumbers":["+14155550132"],)"
                R"("purpose":"transactional","maxAttempts":5})");

  const auto refused = decode<NewJob>(R"({"name": "", "maxAttempt": 4, "phoneNumbers": [1]})");
  REQUIRE_FALSE(refused);
  CHECK(refused.error() ==
        std::vector<Issue>{{"/name", "too_short", "Must have from 1 to 200 characters, has 0."},
                           {"/maxAttempt", "unknown_field",
                            "There is no such field; did you mean \"maxAttempts\"?"},
                           {"/phoneNumbers/0", "wrong_type", "Must be a string, not a number."}});
}

TEST_CASE("Its JSON Schema is closed, with limits, defaults and components for an input") {
  CHECK(json_schema(*schema_of<NewJob>(), SchemaUse::input) ==
        R"({"$schema":"https://json-schema.org/draft/2020-12/schema","$ref":"#/$defs/NewJob",)"
        R"("$defs":{"NewJob":{"type":"object","properties":{)"
        R"("name":{"type":"string","minLength":1,"maxLength":200,)"
        R"("description":"What people call it"},)"
        R"("schedule":{"anyOf":[{"const":"now"},{"type":"string","format":"date-time"}],)"
        R"("description":"When it starts; \"now\" or RFC 3339"},)"
        R"("phoneNumbers":{"type":"array","items":{"type":"string","minLength":1,"maxLength":64},)"
        R"("minItems":1,"maxItems":3,"description":"Whom to call"},)"
        R"("purpose":{"$ref":"#/$defs/Purpose","description":"What the calls are for"},)"
        R"("maxAttempts":{"type":"integer","format":"int64","minimum":1,"maximum":20,)"
        R"("description":"Dials per call, the first included","default":3}},)"
        R"("required":["name"],"additionalProperties":false},)"
        R"("Purpose":{"type":"string","enum":["marketing","transactional"],)"
        R"("description":"marketing: Selling something"}}})");
}

TEST_CASE("As an output it is open, and what always appears is required") {
  const std::string schema = json_schema(*schema_of<NewJob>(), SchemaUse::output);
  CHECK(schema.find("additionalProperties") == std::string::npos);
  CHECK(schema.find("maxLength") == std::string::npos);
  CHECK(schema.find(R"("required":["name","maxAttempts"])") != std::string::npos);
}

}  // namespace example_test

namespace {

enum class Color : std::uint8_t { red = 3, green = 7 };
constexpr auto words(Color /*unused*/) {
  return std::array{word("red", Color::red), word("light-green", Color::green)};
}

struct Part {
  std::string label;
  std::optional<std::int64_t> weight;
  static constexpr auto fields() {
    return std::array{field<&Part::label>("label", "Label"),
                      field<&Part::weight>("weight", "Weight", range(-5, 5))};
  }
  friend bool operator==(const Part&, const Part&) = default;
};

struct Everything {
  bool flag = false;
  std::int64_t number = 0;
  std::string text_value;
  Instant at{};
  InstantOrNow start;
  Color color = Color::red;
  JsonObject object;
  std::map<std::string, std::string> map;
  Part part;
  std::vector<Part> parts;
  std::vector<std::int64_t> numbers;
  std::optional<std::vector<std::string>> texts;
  std::optional<Part> maybe_part;
  std::optional<Color> maybe_color;
  std::optional<std::optional<std::string>> cleared;
  static constexpr auto fields() {
    return std::array{field<&Everything::flag>("flag", "A"),
                      field<&Everything::number>("number", "A"),
                      field<&Everything::text_value>("text", "A"),
                      field<&Everything::at>("at", "A"),
                      field<&Everything::start>("start", "A"),
                      field<&Everything::color>("color", "A"),
                      field<&Everything::object>("object", "A", bytes(60)),
                      field<&Everything::map>("map", "A", items(0, 3), text(1, 4)),
                      field<&Everything::part>("part", "A"),
                      field<&Everything::parts>("parts", "A", items(0, 4)),
                      field<&Everything::numbers>("numbers", "A", range(0, kIntegerMax)),
                      field<&Everything::texts>("texts", "A"),
                      field<&Everything::maybe_part>("maybePart", "A"),
                      field<&Everything::maybe_color>("maybeColor", "A"),
                      field<&Everything::cleared>("cleared", "A")};
  }
  friend bool operator==(const Everything&, const Everything&) = default;
};

struct One {
  std::int64_t number = 7;
  static constexpr auto fields() {
    return std::array{field<&One::number>("n", "A number", range(1, kIntegerMax))};
  }
};
struct Patch {
  std::optional<std::optional<std::int64_t>> limit;
  std::optional<std::string> name;
  bool on = true;
  static constexpr auto fields() {
    return std::array{field<&Patch::limit>("limit", "A limit, or null for none"),
                      field<&Patch::name>("name", "A name"),
                      field<&Patch::on>("on", "Whether", defaulted())};
  }
};

template <class T>
std::vector<Issue> issues_of(std::string_view body) {
  const auto decoded = decode<T>(body);
  return decoded ? std::vector<Issue>{} : decoded.error();
}

template <class T>
std::string encoded(const T& object) {
  std::string out;
  encode(out, object);
  return out;
}

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }
  std::int64_t integer(std::int64_t min, std::int64_t max) {
    const auto span = static_cast<std::uint64_t>(max - min) + 1;
    const std::uint64_t wide = (std::uint64_t{engine_()} << 32U) | engine_();
    return min + static_cast<std::int64_t>(wide % span);
  }
  std::string text(std::uint32_t max) {
    static constexpr const char* kParts[] = {"a",    "Z", "\"", "\\", "\n",
                                             "\x01", "é", "€",  "😀", "/"};
    std::string out;
    for (std::uint32_t i = below(max + 1); i > 0; --i) {
      out += kParts[below(10)];
    }
    return out;
  }
  Part part() {
    Part made{text(6), std::nullopt};
    if (below(2) == 0) {
      made.weight = integer(-5, 5);
    }
    return made;
  }
  Everything everything();

 private:
  std::mt19937 engine_;
};

Everything Random::everything() {
  Everything made;
  made.flag = below(2) == 0;
  made.number = integer(-kIntegerMax, kIntegerMax);
  made.text_value = text(20);
  made.at = from_ms(integer(0, 250'000'000'000'000));
  if (below(2) == 0) {
    made.start.at = from_ms(integer(0, 4'000'000'000'000));
  }
  made.color = below(2) == 0 ? Color::red : Color::green;
  made.object.text = below(2) == 0 ? "{}" : R"({"z":[1,{"a":null}],"a":-0.5})";
  for (std::uint32_t i = below(4); i > 0; --i) {
    made.map["k" + text(2)] = "v" + text(3);
  }
  made.part = part();
  for (std::uint32_t i = below(5); i > 0; --i) {
    made.parts.push_back(part());
    made.numbers.push_back(integer(0, kIntegerMax));
  }
  if (below(2) == 0) {
    made.texts = std::vector<std::string>{text(3), ""};
  }
  if (below(2) == 0) {
    made.maybe_part = part();
    made.maybe_color = Color::green;
  }
  if (below(3) > 0) {
    made.cleared.emplace();
    if (below(2) == 0) {
      *made.cleared = text(3);
    }
  }
  return made;
}

TEST_CASE("What is encoded decodes as itself, and encodes the same again") {
  Random random(20261121);
  for (int i = 0; i < 3000; ++i) {
    const Everything made = random.everything();
    const std::string text = encoded(made);
    INFO(text);
    const auto read = decode<Everything>(text);
    REQUIRE(read);
    REQUIRE(*read == made);
    REQUIRE(encoded(*read) == text);
  }
}

TEST_CASE("A damaged body is refused or read, and what is read encodes and decodes") {
  Random random(5);
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = encoded(random.everything());
    const auto size = static_cast<std::uint32_t>(text.size());
    text[random.below(size)] = text[random.below(size)];
    const auto read = decode<Everything>(text);
    if (!read) {
      ++refused;
      REQUIRE_FALSE(read.error().empty());
      continue;
    }
    REQUIRE(decode<Everything>(encoded(*read)));
  }
  REQUIRE(refused > 1000);
}

TEST_CASE("An empty object lacks every required field, and is told so at once") {
  const std::vector<Issue> issues = issues_of<Everything>("{}");
  std::string pointers;
  for (const Issue& issue : issues) {
    CHECK(issue.code == "required");
    pointers += issue.pointer + " ";
  }
  CHECK(pointers == "/flag /number /text /at /start /color /object /map /part /parts /numbers ");
}

TEST_CASE("Each wrong type is named with what was expected and found") {
  const std::vector<Issue> issues = issues_of<Everything>(
      R"({"flag": 1, "number": "1", "text": null, "at": 5, "start": [], "color": {}, "object": [],
          "map": {"a": 1}, "part": "x", "parts": {}, "numbers": [true, null], "texts": "a",
          "maybePart": 1, "maybeColor": false, "cleared": 3})");
  std::vector<std::string> lines;
  for (const Issue& issue : issues) {
    CHECK(issue.code == "wrong_type");
    lines.push_back(issue.pointer + " " + issue.detail);
  }
  CHECK(lines ==
        std::vector<std::string>{
            "/flag Must be true or false, not a number.",
            "/number Must be an integer, not a string.", "/text Must be a string, not null.",
            "/at Must be a string, not a number.", "/start Must be a string, not an array.",
            "/color Must be a string, not an object.", "/object Must be an object, not an array.",
            "/map/a Must be a string, not a number.", "/part Must be an object, not a string.",
            "/parts Must be an array, not an object.",
            "/numbers/0 Must be an integer, not a boolean.",
            "/numbers/1 Must be an integer, not null.", "/texts Must be an array, not a string.",
            "/maybePart Must be an object, not a number.",
            "/maybeColor Must be a string, not a boolean.",
            "/cleared Must be a string, not a number."});
}

TEST_CASE("A time may be the milliseconds that JavaScript counts, but not seconds") {
  struct Times {
    Instant at{};
    std::optional<InstantOrNow> start;
    static constexpr auto fields() {
      return std::array{field<&Times::at>("at", "A"), field<&Times::start>("start", "A")};
    }
  };
  Times times;
  CHECK(decode_into(times, R"({"at": 1798000000123, "start": "1798000000123"})").empty());
  CHECK(to_ms(times.at) == 1'798'000'000'123);
  CHECK(times.start->at == times.at);
  for (const char* wrong : {"1798000000", "0", "-798000000123", "17980000001234", "1798000000123.5",
                            "\"1798000000\"", "\"-179800000012\""}) {
    INFO(wrong);
    CHECK(decode_into(times, "{\"at\": " + std::string{wrong} + "}").size() == 1);
  }
}

TEST_CASE("An integer is written as one, and lies within its range") {
  const auto code = [](std::string_view number) {
    const auto issues = issues_of<One>("{\"n\":" + std::string(number) + "}");
    return issues.empty() ? std::string() : issues[0].code;
  };
  CHECK(code("1").empty());
  CHECK(code("9007199254740991").empty());
  CHECK(code("9007199254740992") == "out_of_range");
  CHECK(code("0") == "out_of_range");
  CHECK(code("-0") == "out_of_range");
  CHECK(code("-9223372036854775809") == "out_of_range");
  CHECK(code("18446744073709551615") == "out_of_range");
  CHECK(code("123456789012345678901234567890") == "out_of_range");
  CHECK(code("1.0") == "not_an_integer");
  CHECK(code("1e3") == "not_an_integer");
  CHECK(code("1E400") == "json_number");
  CHECK(issues_of<One>(R"({"n":0})")[0].detail == "Must be an integer at least 1.");
  CHECK(decode<Patch>(R"({"limit":-0})")->limit == std::optional<std::int64_t>(0));
}

TEST_CASE("Sizes are counted in characters, items and bytes") {
  const auto codes = [](const std::string& change) {
    std::string all;
    for (const Issue& issue : issues_of<Everything>(
             R"({"flag":true,"number":1,"text":"","at":"2026-11-21T09:30:00Z","start":"now",)"
             R"("color":"red","object":{},"map":{},"part":{"label":""},"parts":[],"numbers":[],)" +
             change + "}")) {
      all += issue.pointer + " " + issue.code + ";";
    }
    return all;
  };
  CHECK(codes(R"("texts":[])").empty());
  CHECK(codes(R"("text":")" + std::string(1000, 'x') + "\"") == "/text duplicate_field;");
  std::string wide;
  for (int i = 0; i < 1000; ++i) {
    wide += "😀";
  }
  CHECK(codes("\"texts\":[\"" + wide + "\"]").empty());
  CHECK(codes("\"texts\":[\"" + wide + "x\"]") == "/texts/0 too_long;");
  CHECK(codes(R"("maybePart":{"label":"","weight":6})") == "/maybePart/weight out_of_range;");
}

TEST_CASE("Maps, objects and lists are held to their limits") {
  const auto issues = issues_of<Everything>(
      R"({"flag":true,"number":1,"text":"","at":"2026-11-21T25:30:00Z","start":"soon",
          "color":"blue","object":{"a":"012345678901234567890123456789012345678901234567890123"},
          "map":{"a":"","b":"12345","":"x"},"part":{"label":"","wieght":1},
          "parts":[{"label":""},{},{"label":""},{"label":""},{"label":""}],"numbers":[1,-1]})");
  std::string all;
  for (const Issue& issue : issues) {
    all += issue.pointer + " " + issue.code + "\n";
  }
  CHECK(all ==
        "/at not_a_time\n/start not_a_time\n/color not_one_of\n/object too_long\n/map/a too_short\n"
        "/map/b too_long\n/map/ too_short\n/part/wieght unknown_field\n/parts too_many_items\n"
        "/numbers/1 out_of_range\n");
  CHECK(issues[2].detail == "Must be one of red, light-green.");
  CHECK(issues[7].detail == "There is no such field; did you mean \"weight\"?");
  const auto crowded = issues_of<Everything>(R"({"map":{"a":"1","b":"1","c":"1","d":"1"}})");
  REQUIRE_FALSE(crowded.empty());
  CHECK(crowded[0].code == "too_many_items");
}

TEST_CASE("No issue says what the value was") {
  const std::string secret = "sk_live_secret";
  for (const char* body : {R"({"n":"sk_live_secret"})", R"({"n":1,"x":"sk_live_secret"})",
                           R"({"n":1} sk_live_secret)", R"({"n":sk_live_secret})"}) {
    for (const Issue& issue : issues_of<One>(body)) {
      CHECK((issue.pointer + issue.detail).find(secret) == std::string::npos);
    }
  }
}

TEST_CASE("An unknown field gets a suggestion only when one is close") {
  const auto detail = [](std::string_view name) {
    return issues_of<example_test::NewJob>("{\"name\":\"x\",\"" + std::string(name) + "\":1}")
        .at(0)
        .detail;
  };
  CHECK(detail("max_attempts").find("\"maxAttempts\"") != std::string::npos);
  CHECK(detail("phoneNumber").find("\"phoneNumbers\"") != std::string::npos);
  CHECK(detail("Schedule").find("\"schedule\"") != std::string::npos);
  CHECK(detail("color") == "There is no such field.");
  CHECK(detail("x") == "There is no such field.");
  CHECK(detail(std::string(100'000, 'n')) == "There is no such field.");
}

TEST_CASE("An unknown field's name is cut in the pointer") {
  const auto issues = issues_of<One>("{\"n\":1,\"" + std::string(100'000, 'n') + "\":1}");
  REQUIRE(issues.size() == 1);
  CHECK(issues[0].pointer.size() < 80);
}

TEST_CASE("Null reads as absent, and tells itself apart where a field may be cleared") {
  const auto patch = decode<Patch>(R"({"limit":null,"name":null,"on":null})");
  REQUIRE(patch);
  CHECK(patch->limit.has_value());
  CHECK_FALSE(patch->limit->has_value());
  CHECK_FALSE(patch->name.has_value());
  CHECK(patch->on);
  CHECK_FALSE(decode<Patch>("{}")->limit.has_value());
  CHECK(encoded(*patch) == R"({"limit":null,"on":true})");
}

TEST_CASE("A body that is no object is one issue at its root") {
  for (const char* body : {"[]", "1", "\"x\"", "null", "true"}) {
    const auto issues = issues_of<One>(body);
    REQUIRE(issues.size() == 1);
    CHECK(issues[0].pointer.empty());
    CHECK(issues[0].code == "wrong_type");
  }
}

TEST_CASE("A repeated field is refused together with every other issue") {
  std::string all;
  for (const Issue& issue : issues_of<One>(R"({"n":0,"x":1,"n":2})")) {
    all += issue.pointer + " " + issue.code + ";";
  }
  CHECK(all == "/n duplicate_field;/n out_of_range;/x unknown_field;");
}

TEST_CASE("Issues stop at a hundred, in wide and in deep bodies") {
  std::string wide = "{\"n\":1";
  for (int i = 0; i < 5000; ++i) {
    wide += ",\"x" + std::to_string(i) + "\":1";
  }
  CHECK(issues_of<One>(wide + "}").size() == kIssuesMax);
  std::string list = R"({"numbers":[)";
  for (int i = 0; i < 999; ++i) {
    list += "-1,";
  }
  CHECK(issues_of<Everything>(list + "1]}").size() == kIssuesMax);
}

TEST_CASE("decode_into keeps what could be read, beside the issues") {
  Patch patch;
  auto issues = decode_into(patch, R"({"limit":"x","name":"kept"})");
  REQUIRE(issues.size() == 1);
  CHECK(has_issue_at(issues, "/limit"));
  CHECK(patch.name == "kept");
  add_issue(issues, "/name", "name_taken", "There is a job of this name.");
  CHECK_THROWS_AS(refuse_if_any(issues), ApiError);
}

TEST_CASE("Words and enumerators name each other") {
  CHECK(word_of(Color::green) == "light-green");
  CHECK(from_word<Color>("red") == Color::red);
  CHECK_FALSE(from_word<Color>("Red"));
}

struct Page {
  std::optional<std::int64_t> limit;
  std::optional<std::vector<Color>> colors;
  std::optional<Instant> since;
  bool deep = false;
  std::string search;
  static constexpr auto fields() {
    return std::array{field<&Page::limit>("limit", "How many", range(1, 500)),
                      field<&Page::colors>("color", "Only these", items(1, 2)),
                      field<&Page::since>("since", "Not before"),
                      field<&Page::deep>("deep", "Whether", defaulted()),
                      field<&Page::search>("search", "Words", text(0, 5))};
  }
};
using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("A query is read by the same description") {
  const Pairs pairs{{"limit", "500"},
                    {"color", "red,light-green"},
                    {"since", "2026-11-21T10:30:00+01:00"},
                    {"deep", "true"},
                    {"search", "é"}};
  const auto page = decode_query<Page>(pairs);
  REQUIRE(page);
  CHECK(page->limit == 500);
  CHECK(page->colors == std::vector<Color>{Color::red, Color::green});
  CHECK(format_rfc3339(*page->since) == "2026-11-21T09:30:00.000Z");
  CHECK(page->deep);
  CHECK(page->search == "é");
}

TEST_CASE("A query's issues are listed at once, with their parameter") {
  const Pairs pairs{{"limit", "501"}, {"limit", "1"},  {"color", "red,blue"}, {"since", "today"},
                    {"deep", "yes"},  {"limits", "1"}, {"Search", "x"}};
  const auto page = decode_query<Page>(pairs);
  REQUIRE_FALSE(page);
  std::string all;
  for (const Issue& issue : page.error()) {
    all += issue.pointer + " " + issue.code + "\n";
  }
  CHECK(all ==
        "?limit out_of_range\n?limit duplicate_parameter\n?color not_one_of\n?since not_a_time\n"
        "?deep wrong_type\n?limits unknown_parameter\n?Search unknown_parameter\n"
        "?search required\n");
}

TEST_CASE("An integer in a query is decimal digits") {
  const auto code = [](const char* text) {
    const auto page = decode_query<Page>(Pairs{{"limit", text}, {"search", ""}});
    return page ? std::string() : page.error()[0].code;
  };
  CHECK(code("1").empty());
  for (const char* text : {"", "+1", "1.0", "1e2", " 1", "0x1", "1 ", "-"}) {
    INFO(text);
    CHECK(code(text) == "not_an_integer");
  }
  CHECK(code("99999999999999999999") == "out_of_range");
  CHECK(code("-1") == "out_of_range");
}

template <class T>
struct ListOf {
  std::vector<T> items;
  static constexpr auto fields() { return std::array{field<&ListOf::items>("items", "The items")}; }
};

TEST_CASE("A schema's name drops namespaces and joins template arguments") {
  CHECK(schema_name(*schema_of<example_test::NewJob>()) == "NewJob");
  CHECK(schema_name(*schema_of<ListOf<Part>>()) == "ListOfOfPart");
  CHECK(schema_name(*schema_of<ListOf<ListOf<example_test::Purpose>>>()) ==
        "ListOfOfListOfOfPurpose");
}

}  // namespace
}  // namespace callgate
