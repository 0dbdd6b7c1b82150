#include "core/wire.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/rng.hpp"
#include "tests/unit/providers/plain_crypto.hpp"

using namespace callgate;

namespace {

// Makes values of every shape, with texts that are empty, plain, wide, or no UTF-8 at all.
class MessageMaker {
 public:
  explicit MessageMaker(std::uint8_t seed) : rng_(std::array<std::uint8_t, 32>{seed}) {}

  std::int64_t integer() {
    const std::uint64_t bound = std::uint64_t{1} << rng_.below(54);
    const auto value = static_cast<std::int64_t>(rng_.below(bound));
    return chance(4) ? -value : value;
  }
  bool chance(std::uint64_t of) { return rng_.below(of) == 0; }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(rng_.below(bound)); }

  std::string text() {
    constexpr std::string_view kParts[] = {
        "a", "Zoé ", "\"\\/", "\n\x01\x7f", "\xF0\x9F\x93\x9E", "\xff", "\xC3", "+1415"};
    std::string out;
    const auto parts = rng_.below(6);
    for (std::uint64_t i = 0; i < parts; ++i) {
      out += kParts[rng_.below(chance(3) ? std::size(kParts) : 5)];
    }
    if (chance(9)) {
      out += '\0';
    }
    return out;
  }
  std::string bytes() {
    std::string out;
    const auto length = rng_.below(40);
    for (std::uint64_t i = 0; i < length; ++i) {
      out += static_cast<char>(rng_.below(256));
    }
    return out;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> out(below(3));
    for (std::string& value : out) {
      value = text();
    }
    return out;
  }
  std::vector<std::pair<std::string, std::string>> headers() {
    std::vector<std::pair<std::string, std::string>> out(below(4));
    for (auto& header : out) {
      header = {text(), text()};
    }
    return out;
  }
  EffectKey key() {
    return {static_cast<EffectKind>(1 + rng_.below(4)), integer(), integer(), integer()};
  }
  Response response() { return {integer(), headers(), bytes()}; }
  Event event() { return {text(), integer(), text(), text()}; }
  Instant instant() { return from_ms(integer()); }

  HttpRequest http_request() {
    HttpRequest request{text(), text(), headers(), bytes(), chance(2), {}};
    if (chance(2)) {
      request.principal = Principal{text(), text(), texts(), texts(), text(), text(), text()};
    }
    request.over_tls = chance(2);
    return request;
  }

  Input input() {
    Input input;
    input.now = instant();
    rng_.fill(input.entropy);
    input.limits = {integer(), integer(), integer(), chance(2)};
    if (chance(2)) {
      input.limits.requests_max = 1 + static_cast<std::int64_t>(rng_.below(1'000'000));
      input.limits.requests_window = Millis{integer()};
    }
    input.limits.may_write = chance(2);
    input.more = chance(2);
    if (chance(2)) {
      input.environment = headers();
    }
    switch (rng_.below(8)) {
      case 0:
        input.event = http_request();
        break;
      case 1:
        input.event = Wake{};
        break;
      case 2:
        input.event = EffectResult{key(), Answered{integer(), integer(), bytes()}};
        break;
      case 3:
        input.event = EffectResult{key(), NotSent{text()}};
        break;
      case 4:
        input.event = EffectResult{key(), NoAnswer{text()}};
        break;
      case 5:
        input.event = TakeEffects{{key(), key()}};
        break;
      case 6:
        input.event = GiveBackEffects{{key()}};
        break;
      default:
        input.event = ImportChunk{integer(), integer(), bytes(), chance(2), chance(2)};
    }
    return input;
  }

  Output output() {
    Output output;
    switch (rng_.below(5)) {
      case 0:
        output.answer = response();
        break;
      case 1:
        output.answer = Await{key(), instant(), response()};
        break;
      case 2: {
        Stream stream;
        if (chance(2)) {
          stream.subject = text();
        }
        stream.backlog = {event(), event()};
        stream.after_revision = integer();
        stream.ends = chance(2);
        stream.holders = texts();
        output.answer = std::move(stream);
        break;
      }
      case 3:
        output.answer = Ingest{integer(), integer()};
        break;
      default:
        break;
    }
    for (std::uint64_t i = rng_.below(3); i > 0; --i) {
      output.effects.push_back({key(), instant(), std::nullopt});
      if (chance(2)) {
        output.effects.back().request =
            OutboundRequest{text(), text(), headers(), bytes(), Millis{integer()}};
      }
      output.events.push_back(event());
    }
    if (chance(2)) {
      output.wake_at = instant();
    }
    for (std::uint64_t i = rng_.below(3); i > 0; --i) {
      output.replies.push_back({key(), response()});
    }
    output.alerts = texts();
    output.ended = texts();
    return output;
  }

 private:
  Rng rng_;
};

std::string envelope(std::string_view json, std::string_view tail = {}) {
  std::string out;
  append_record(out, json);
  return out + std::string{tail};
}

const std::string kEntropy(64, '0');

std::string input_with(const std::string& event) {
  return R"({"now":1,"entropy":")" + kEntropy +
         R"(","limits":{"body_bytes_max":1,"task_rows_max":2,"attempts_per_row":1,)"
         R"("effects_given":6},"more":false,)" +
         event + "}";
}

}  // namespace

TEST_CASE("A request is encoded as its members' JSON and its body in the tail") {
  Input input;
  input.now = from_ms(1'767'225'600'000);
  input.entropy.fill(0xAB);
  HttpRequest request;
  request.method = "POST";
  request.target = "/api/jobs?name=a%20b";
  request.headers = {{"content-type", "text/csv"}, {"x-latin", "caf\xE9"}};
  request.body = "phone\n+1\n";
  request.principal = Principal{"default", "ada", {"operator"}, {}};
  input.event = request;
  std::string entropy;
  for (int i = 0; i < 32; ++i) {
    entropy += "ab";
  }
  CHECK(encode(input) ==
        envelope(R"({"now":1767225600000,"entropy":")" + entropy +
                     R"(","limits":{"body_bytes_max":8388608,"task_rows_max":1000,)"
                     R"("attempts_per_row":1,"effects_given":9007199254740992},"more":false,)"
                     R"("http_request":{"method":"POST","target":"/api/jobs?name=a%20b",)"
                     R"("headers":[["content-type","text/csv"],["x-latin",[0,4]]],"body":[4,9],)"
                     R"("body_is_stream":false,"principal":{"workspace":"default","subject":"ada",)"
                     R"("roles":["operator"],"scopes":[]}}})",
                 "caf\xE9phone\n+1\n"));
}

TEST_CASE("An empty Output has no answer, no wake_at and no reply") {
  CHECK(encode(Output{}) == envelope(R"({"effects":[],"events":[],"alerts":[]})"));
}

TEST_CASE("An arrival is encoded under the name of its kind") {
  CHECK(encode(Arrival{
            Admitted{{"default", "ada", {}, {"jobs:read"}}, true, false, true, false, true}}) ==
        envelope(R"({"admitted":{"principal":{"workspace":"default","subject":"ada","roles":[],)"
                 R"("scopes":["jobs:read"]},"is_list":true,"is_stream":false,"is_report":true,)"
                 R"("only_reads":false,"repeatable":true}})"));
  CHECK(encode(Arrival{JwtCredential{"a.b.c", "ES256", "k1"}}) ==
        envelope(R"({"jwt":{"token":"a.b.c","algorithm":"ES256","key_id":"k1"}})"));
  CHECK(
      encode(Arrival{Reply{Reply::Kind::page, {200, {{"cache-control", "no-cache"}}, ""}}}) ==
      envelope(R"({"page":{"status":200,"headers":[["cache-control","no-cache"]],"body":[0,0]}})"));
  CHECK(encode(Arrival{Reply{{}, {204, {}, ""}}}) ==
        envelope(R"({"response":{"status":204,"headers":[],"body":[0,0]}})"));
  CHECK(
      encode(Arrival{Reply{Reply::Kind::denied, {401, {{"www-authenticate", "Bearer"}}, "no"}}}) ==
      envelope(
          R"({"denied":{"status":401,"headers":[["www-authenticate","Bearer"]],"body":[0,2]}})",
          "no"));
}

// The members of a request that arrives, and what stands behind them.
std::string arriving(const std::string& more) {
  return envelope(
      R"({"now":1767225600000,"http_request":{"method":"GET","target":"/","headers":[],)"
      R"("body":[0,0],"body_is_stream":true},"workspaces":"sales")" +
      more + "}");
}

TEST_CASE("A request arrives with what its host has found out so far") {
  const auto first = decode_arriving(arriving(""));
  REQUIRE(first.has_value());
  CHECK(to_ms(first->now) == 1'767'225'600'000);
  CHECK(first->request.target == "/");
  CHECK(first->request.body_is_stream);
  CHECK(first->workspaces == "sales");
  CHECK_FALSE(first->signature.has_value());
  CHECK(first->body == BodyRead::whole);
  const auto own = decode_arriving(arriving(R"(,"signature":{"verified":true},"body":"broken")"));
  REQUIRE(own.has_value());
  CHECK(own->body == BodyRead::broken);
  REQUIRE(own->signature.has_value());
  CHECK(own->signature->verified);
  CHECK(own->signature->trust.issuer == "callgate");
  CHECK(own->signature->trust.audience == "callgate");
  CHECK(own->signature->trust.workspace.empty());
  const auto foreign = decode_arriving(
      arriving(R"(,"signature":{"verified":false,"trust":{"issuer":"i","audience":"a",)"
               R"("workspace":"w"}},"body":"too_large")"));
  REQUIRE(foreign.has_value());
  CHECK(foreign->body == BodyRead::too_large);
  CHECK_FALSE(foreign->signature->verified);
  CHECK(foreign->signature->trust.issuer == "i");
  CHECK(foreign->signature->trust.audience == "a");
  CHECK(foreign->signature->trust.workspace == "w");
  for (const char* wrong :
       {R"(,"signature":{})", R"(,"signature":{"verified":1})", R"(,"signature":null)",
        R"(,"signature":{"verified":true,"verified":true})",
        R"(,"signature":{"verified":true,"trust":{"issuer":"i","audience":"a"}})",
        R"(,"signature":{"verified":true,"own":true})", R"(,"body":"cut")", R"(,"body":1)",
        R"(,"principal":{})"}) {
    CAPTURE(wrong);
    CHECK_FALSE(decode_arriving(arriving(wrong)).has_value());
  }
}

TEST_CASE("Every Input and every Output survives the wire") {
  MessageMaker maker{1};
  for (int round = 0; round < 3'000; ++round) {
    const std::string input = encode(maker.input());
    const auto read_input = decode_input(input);
    REQUIRE(read_input.has_value());
    CHECK(encode(*read_input) == input);

    const std::string output = encode(maker.output());
    const auto read_output = decode_output(output);
    REQUIRE(read_output.has_value());
    CHECK(encode(*read_output) == output);
  }
}

TEST_CASE("What is decoded equals what was encoded, member by member") {
  MessageMaker maker{2};
  for (int round = 0; round < 500; ++round) {
    const EffectKey key = maker.key();
    const Answered answered{maker.integer(), maker.integer(), maker.bytes()};
    Input input = maker.input();
    input.event = EffectResult{key, answered};
    const auto read = decode_input(encode(input));
    REQUIRE(read.has_value());
    CHECK(read->now == input.now);
    CHECK(read->entropy == input.entropy);
    const auto& report = std::get<EffectResult>(read->event);
    CHECK(report.key == key);
    CHECK(std::get<Answered>(report.result).status == answered.status);
    CHECK(std::get<Answered>(report.result).retry_after_s == answered.retry_after_s);
    CHECK(std::get<Answered>(report.result).body == answered.body);

    Output output = maker.output();
    const OutboundRequest request{maker.text(), maker.text(), maker.headers(), maker.bytes(),
                                  Millis{maker.integer()}};
    output.effects = {{key, input.now, request}};
    const auto out = decode_output(encode(output));
    REQUIRE(out.has_value());
    CHECK(out->effects.at(0).request->url == request.url);
    CHECK(out->effects.at(0).request->headers == request.headers);
    CHECK(out->effects.at(0).request->body == request.body);
    CHECK(out->effects.at(0).request->timeout == request.timeout);
    CHECK(out->alerts == output.alerts);
    CHECK(out->wake_at == output.wake_at);
  }
}

TEST_CASE("An envelope cut anywhere is refused") {
  MessageMaker maker{3};
  for (int round = 0; round < 50; ++round) {
    Input input = maker.input();
    input.event = ImportChunk{1, 2, "never empty", false, true};
    const std::string whole = encode(input);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      CHECK_FALSE(decode_input(std::string_view{whole}.substr(0, length)).has_value());
    }
  }
}

TEST_CASE("Damaged bytes are refused or read, never a crash") {
  MessageMaker maker{4};
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = maker.chance(2) ? encode(maker.input()) : encode(maker.output());
    for (std::size_t edits = 1 + maker.below(3); edits > 0; --edits) {
      const auto at = maker.below(bytes.size());
      if (maker.chance(3)) {
        bytes.erase(at, 1);
      } else {
        bytes[at] = static_cast<char>(maker.below(256));
      }
      if (bytes.empty()) {
        break;
      }
    }
    refused += decode_input(bytes).has_value() || decode_output(bytes).has_value() ? 0 : 1;
  }
  CHECK(refused > 10'000);
}

TEST_CASE("What has another shape is refused with the member's name") {
  struct Row {
    std::string json;
    const char* names;
  };
  const std::string chunk = R"("import_chunk":{"import":1,"seq":0,"bytes":)";
  const std::string rest = R"(,"last":true,"broken":false})";
  for (const Row& row : {
           Row{input_with(chunk + "[0,1]" + rest), "bytes"},
           Row{input_with(chunk + "[1,0]" + rest), "bytes"},
           Row{input_with(chunk + "[-1,0]" + rest), "bytes"},
           Row{input_with(chunk + "[0,-1]" + rest), "bytes"},
           Row{input_with(chunk + "[0,9223372036854775807]" + rest), "bytes"},
           Row{input_with(chunk + "[0,0,0]" + rest), "bytes"},
           Row{input_with(chunk + "\"x\"" + rest), "bytes"},
           Row{input_with(chunk + "[0,0]" + rest + R"(,"wake":{})"), "input"},
           Row{input_with(R"("wake":{"x":1})"), "wake"},
           Row{input_with(R"("wake":[])"), "wake"},
           Row{input_with(R"("sleep":{})"), "import_chunk"},
           Row{R"({"now":1})", "entropy"},
           Row{R"({"now":1.5})", "now"},
           Row{"[]", "input"},
           Row{input_with(R"("effect_result":{"key":{"kind":5,"subject":1,"attempt":1,"fence":1},)"
                          R"("no_answer":{"reason":""}})"),
               "kind"},
           Row{input_with(
                   R"("effect_result":{"key":{"kind":1,"subject":1,"attempt":1,"fence":1}})"),
               "no_answer"},
       }) {
    CAPTURE(row.json);
    const auto read = decode_input(envelope(row.json));
    REQUIRE_FALSE(read.has_value());
    CAPTURE(read.error().detail);
    CHECK(read.error().detail.find(row.names) == 0);
  }
  CHECK(decode_input(envelope(input_with(R"("wake":{})"))).has_value());
}

TEST_CASE("Records of a log are read back in order, and a cut log ends at its last whole record") {
  MessageMaker maker{5};
  std::vector<std::string> records(20);
  std::string log;
  for (std::string& record : records) {
    record = maker.bytes();
    append_record(log, record);
  }
  for (std::size_t cut = 0; cut <= log.size(); ++cut) {
    std::string_view rest = std::string_view{log}.substr(0, cut);
    std::size_t count = 0;
    while (const auto record = next_record(rest)) {
      REQUIRE(count < records.size());
      CHECK(*record == records[count]);
      ++count;
    }
    CHECK((count == records.size()) == (cut == log.size()));
  }
}

TEST_CASE("A trace hash is the chain of SHA-256 over the Outputs' bytes") {
  test::PlainCrypto crypto;
  TraceHash trace{crypto};
  CHECK(trace.value() == Digest{});
  const std::string first = encode(Output{});
  Output with_alert;
  with_alert.alerts = {"x"};
  trace.add(first);
  trace.add(encode(with_alert));

  const std::string zeros(32, '\0');
  const Digest one = crypto.sha256(bytes_of(zeros + first));
  const Digest two = crypto.sha256(bytes_of(std::string{text_of(one)} + encode(with_alert)));
  CHECK(trace.value() == two);

  TraceHash swapped{crypto};
  swapped.add(encode(with_alert));
  swapped.add(first);
  CHECK(swapped.value() != trace.value());
}

TEST_CASE("The plain SHA-256 of these tests is SHA-256") {
  const auto hex = [](std::string_view text) { return to_hex(test::plain_sha256(bytes_of(text))); };
  CHECK(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}
